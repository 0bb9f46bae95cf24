import { serve, type StandIn } from "@charla/testkit/stand-in";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WireEntry } from "../shared/protocol.ts";
import { Wire } from "./wire.ts";

const told: WireEntry[] = [];
const wire = new Wire((entry) => told.push(entry));
let charla: StandIn;
beforeAll(async () => {
  charla = await serve(
    async (exchange) => {
      exchange.head(exchange.url.pathname.endsWith("/full") ? 503 : 200);
      await exchange.write('{"ok":true}');
      await exchange.end();
    },
    0,
    undefined,
    (exchange) => wire.watch.served("telegram", exchange),
  );
});
afterAll(() => charla.close());

test("shows a webhook with what it was answered, and hands the answer on unread", async () => {
  const response = await wire.watch.send(`${charla.url}/webhooks/twilio/chn_1`, {
    method: "POST",
    body: "Body=hola&To=%2B34",
  });
  expect(await response.json()).toEqual({ ok: true });
  const entry = told.find(({ way }) => way === "in");
  expect(entry).toMatchObject({ line: "sms", method: "POST", path: "/webhooks/twilio/chn_1", status: 200 });
  expect(entry?.request).toBe("Body = hola\nTo = +34");
  expect(entry?.response).toBe('{\n  "ok": true\n}');
});

test("shows what the vendor was asked, without the token in its address", async () => {
  await fetch(`${charla.url}/bot123:AA-secret_x/sendMessage`, { method: "POST", body: '{"text":"hola"}' });
  const entry = wire.entries.findLast(({ way }) => way === "out");
  expect(entry).toMatchObject({
    line: "telegram",
    path: "/bot…/sendMessage",
    status: 200,
    request: '{\n  "text": "hola"\n}',
  });
  expect(JSON.stringify(wire.entries)).not.toContain("AA-secret_x");
});

test("shows a webhook that nobody took", async () => {
  const nobody = charla.url.replace(/\d+$/, "1");
  await expect(wire.watch.send(`${nobody}/webhooks/slack/chn_1`, { method: "POST", body: "{}" })).rejects.toThrow();
  expect(wire.entries.at(-1)).toMatchObject({ line: "slack", way: "in", status: 0 });
});

test("forgets what is long past and cuts what is long", () => {
  for (let n = 0; n < 250; n++) wire.lost("email", `email.delivered ${n}`);
  expect(wire.entries).toHaveLength(200);
  expect(wire.entries.at(-1)).toMatchObject({ way: "lost", path: "email.delivered 249" });
});
