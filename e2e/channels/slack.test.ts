import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { listAt } from "@charla/testkit/charla/api";
import { type Script, say } from "@charla/testkit/model/behaviour";
import { until, untilQuiet } from "@charla/testkit/poll";
import { post, SlackPhone, verifyUrl } from "@charla/testkit/vendors/slack/phone";
import { SlackServer } from "@charla/testkit/vendors/slack/server";
import type { Posted, Workspace } from "@charla/testkit/vendors/slack/workspace";

import { System } from "../system.ts";
import { furnishShop } from "./lines/furnish.ts";

type Row = Record<string, unknown>;
type Shop = { team: Workspace; model: string; channelId: string };

let serial = 0;
let system: System;
let vendor: SlackServer;
beforeAll(async () => {
  system = await System.start();
  vendor = await SlackServer.start();
});
afterEach(() => {
  vendor.reception = () => ({});
});
afterAll(async () => {
  expect([...system.problems(), ...vendor.problems]).toEqual([]);
  await vendor.close();
  await system.stop();
});

async function shop(script: Script, burst: Record<string, number> = {}): Promise<Shop> {
  const team = vendor.newWorkspace(`tienda${++serial}`);
  const { channelId, webhookUrl, model } = await furnishShop(system, script, {
    kind: "slack",
    agent: { burst },
    config: { apiUrl: vendor.apiUrl, teamId: team.teamId, botUserId: team.botUserId },
    secrets: { botToken: team.token, signingSecrets: [team.signingSecret] },
  });
  team.url = webhookUrl;
  expect(await verifyUrl(team)).toEqual({ status: 200, body: "3eZbrw1aBm2rZgRNFdxV" });
  return { team, model, channelId };
}

const echoed: Script = (call) => say(`re: ${call.messages.at(-1)?.text}`);

const answers = (phone: SlackPhone, count: number, threadTs?: string): Promise<Posted[]> =>
  until(`${count} answers in ${phone.channel}`, () => {
    const seen = phone.team.received(phone.channel, threadTs);
    return seen.length >= count && seen;
  });
const quiet = (phone: SlackPhone): Promise<void> =>
  untilQuiet(`channel ${phone.channel}`, () => phone.team.received(phone.channel).length, 1_000);

async function rowsOf(channelId: string, thread: string): Promise<Row[]> {
  const { api } = system.tenant;
  const conversation = await until(`the conversation of ${thread} is listed`, async () => {
    const page = await api.get(`/v1/conversations?channelId=${channelId}&limit=100`);
    return (listAt(page, "data") as Row[]).find((row) => row["thread"] === thread);
  });
  return listAt(await api.get(`/v1/conversations/${String(conversation["id"])}/messages`), "data") as Row[];
}

test("a mention is answered once in its thread, though it comes twice, and again, and the answer comes back", async () => {
  const { team } = await shop(() => say("**Abrimos** de 9 a 14"));
  const ada = new SlackPhone(vendor, team, team.channel("general"));
  await ada.say("¿comemos?");
  const ts = await ada.say(`<@${team.botUserId}> ¿a qué hora abrís?`);
  const [answer] = await answers(ada, 1, ts);
  expect(answer).toMatchObject({ text: "*Abrimos* de 9 a 14", threadTs: ts });
  expect((await ada.redeliver()).status).toBe(200);
  if (answer === undefined || ada.last === undefined) throw new Error("no answer");
  expect((await post(team, ada.last, undefined, "f".repeat(32))).status).toBe(401);
  await ada.echo(answer);
  await quiet(ada);
  expect(team.received(ada.channel)).toHaveLength(1);
});

test("a direct message, a pressed button and a command are one conversation", async () => {
  const { team } = await shop(echoed);
  const phone = new SlackPhone(vendor, team, team.directMessage());
  await phone.say("¿Tenéis ramos?");
  const [first] = await answers(phone, 1);
  if (first === undefined) throw new Error("no answer");
  const key = { action_id: "charla-0", text: "Rosas", value: "ramo:rosas" };
  await phone.press({ ...first, blocks: [{ type: "actions", keys: [key] }] }, "Rosas");
  await until("the press is answered", () => team.received(phone.channel).some(({ text }) => text.includes("Rosas")));
  await phone.command("/pedido", "77");
  await until("the command is answered", () =>
    team.received(phone.channel).some(({ text }) => text.includes("/pedido 77")),
  );
});

test("an edit changes what the agent reads; a picture arrives with its address", async () => {
  const { team, model, channelId } = await shop(echoed, { fragmentMs: 4_000 });
  const phone = new SlackPhone(vendor, team, team.directMessage());
  const ts = await phone.say("quiero una mesa");
  await phone.edit(ts, "quiero dos mesas");
  await answers(phone, 1);
  const asked = system.model
    .callsOf(model)
    .at(-1)
    ?.messages.map(({ text }) => text);
  expect(asked?.join(" ")).toContain("dos mesas");
  const picture = team.keep(Buffer.from("PNG"), "foto.png", "image/png");
  await phone.say("", { files: [picture] });
  const thread = `${team.teamId}:${phone.channel}`;
  await until("the picture is in the conversation", async () =>
    JSON.stringify(await rowsOf(channelId, thread)).includes(vendor.fileUrl(picture.id)),
  );
});
