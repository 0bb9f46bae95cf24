import { newId } from "@charla/domain/ids";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import { chatAccount } from "../src/chat/account.ts";
import { chargeMessage } from "../src/chat/admission.ts";
import { bearer, call, newTenant, send, type Tenant } from "./world.ts";

let own: Tenant;
let other: Tenant;

beforeAll(async () => {
  own = await newTenant();
  other = await newTenant();
}, 60_000);

const origin = { origin: "https://shop.test" };

it("a visitor has as many streams as tabs, not as many as fit, and an ended one makes room", async () => {
  const stream = () => send(`/chat/${own.channelId}/events`, { headers: { ...bearer(own.visitorToken), ...origin } });
  const open = await Promise.all(Array.from({ length: 8 }, stream));
  expect(open.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
  const refused = await stream();
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  expect(refused.headers.get("access-control-allow-origin")).toBe(origin.origin);
  await refused.body?.cancel();
  await open[0]?.body?.cancel();
  await vi.waitFor(
    async () => {
      const again = await stream();
      open.push(again);
      expect(again.status).toBe(200);
    },
    { timeout: 10_000, interval: 50 },
  );
  for (const { body } of open.slice(1)) await body?.cancel();
});

it("a tenant whose visitors write too much is told when to come again, others write on, and it is counted", async () => {
  const request = new Request("https://charla.test/");
  const account = await chatAccount(env, request, own.channelId, Date.now());
  const write = ({ channelId, visitorToken }: Tenant, id: string) =>
    call(`/chat/${channelId}/messages`, {
      method: "POST",
      headers: { ...bearer(visitorToken), ...origin },
      body: { id, text: "hola" },
    });
  expect((await write(own, "before")).status).toBe(202);
  // In development a tenant may write so much that only many thousands of messages are too much.
  const now = Date.now();
  for (let n = 0; n < 1_000_000; n++) chargeMessage(env, account, now);
  const refused = await write(own, "after");
  expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([429, origin.origin]);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  expect((await write(other, "other")).status).toBe(202);
  await vi.waitFor(
    async () =>
      expect((await call("/metrics")).text).toContain(
        `charla_shed_total{area="chat",reason="rate_limited",tenant="${own.id}"}`,
      ),
    { timeout: 10_000, interval: 100 },
  );
});

it("bodies that trickle in keep no visitor out", async () => {
  const limit = vi.spyOn(env.RATE_LIMIT_IP, "limit").mockResolvedValue({ success: true });
  const ends: ReadableStreamDefaultController[] = [];
  const trickle = () => {
    const body = new ReadableStream({ start: (controller) => void ends.push(controller) });
    const headers = { ...origin, "content-type": "application/json" };
    return send(`/chat/${other.channelId}/session`, { method: "POST", headers, raw: body });
  };
  const slow = Array.from({ length: 600 }, trickle);
  await vi.waitFor(() => expect(limit).toHaveBeenCalledTimes(slow.length), { timeout: 20_000 });
  const headers = { ...bearer(other.visitorToken), ...origin };
  const body = { id: "meanwhile", text: "hola" };
  expect((await call(`/chat/${other.channelId}/messages`, { method: "POST", headers, body })).status).toBe(202);
  for (const controller of ends) controller.close();
  await Promise.all(slow);
  limit.mockRestore();
});

it("ids that somebody made up do not become queries of the control database", async () => {
  const asked = vi.spyOn(env.CONTROL_DB, "prepare");
  for (let n = 0; n < 20; n++) expect((await call(`/chat/${newId("channel")}/messages`)).status).toBe(404);
  expect(asked).not.toHaveBeenCalled();
  asked.mockRestore();
});
