import { afterAll, beforeAll, expect, test } from "vitest";

import { at, listAt } from "@charla/testkit/charla/api";
import { platformMails } from "@charla/testkit/charla/mail-outbox";
import { say } from "@charla/testkit/model/behaviour";
import { until } from "@charla/testkit/poll";
import { MetaStandIn, type Reception } from "@charla/testkit/vendors/meta/server";

import { System } from "../system.ts";
import { MetaShop } from "./meta-shop.ts";

const FIVE_MINUTES = 300_000;
const ADMIN = "ana@tienda.example";

type Row = Record<string, unknown>;
let system: System;
let meta: MetaStandIn;
beforeAll(async () => {
  system = await System.start();
  meta = await MetaStandIn.start();
  const told = { recipients: [{ address: ADMIN, language: "es" }] };
  expect((await system.tenant.api.request("PUT", "/v1/notices", told)).json).toEqual(told);
});
afterAll(async () => {
  expect([...system.problems(), ...meta.problems]).toEqual([]);
  await meta.close();
  await system.stop();
});

const rows = async (path: string): Promise<Row[]> => listAt(await system.tenant.api.get(path), "data") as Row[];
const alerts = async (state: "open" | "closed"): Promise<unknown[][]> =>
  (await rows(`/v1/channel-alerts?state=${state}`)).map(({ channelId, kind }) => [channelId, kind]).toSorted();
const letters = (channelId: string, count: number): Promise<Row[]> =>
  until(`${count} dead letters`, async () => {
    const all = (await rows("/v1/dead-letters?state=open&limit=100")).filter((row) => row["channelId"] === channelId);
    return all.length >= count && all;
  });
const stateOf = async (channelId: string): Promise<unknown> =>
  at(await system.tenant.api.get(`/v1/channels/${channelId}/health`), "state");
const subjects = async (): Promise<string[]> =>
  (await platformMails(system.charla.url))
    .filter(({ to }) => to.includes(ADMIN))
    .map(({ subject }) => subject)
    .toReversed();

test("a channel that fails its sends and one whose token was revoked are told of once, and when they are well again", async () => {
  const page = await MetaShop.open(system, meta, "page", () => say("Buenas tardes"));
  const phone = page.phone();
  await phone.text("¿Hay alguien?");
  await page.answers(phone, 1);
  const first = await system.thread(() => say("Claro que sí"));
  const { channelId, account } = first.account;
  const now = Math.floor(Date.now() / FIVE_MINUTES) * FIVE_MINUTES;
  await system.charla.cron(now);
  expect([await alerts("open"), await subjects()]).toEqual([[], []]);

  const revoked = { status: 401, code: 190, message: "Error validating access token" };
  meta.reception = (attempt): Reception => (attempt.account === page.page.id ? { error: revoked } : {});
  system.integrator.receive(account, () => ({ status: 400 }));
  await phone.text("¿Y el lunes?");
  const people = Array.from({ length: 6 }, () => first.sibling());
  await Promise.all(people.map((person) => person.say(1, "¿Tenéis rosas?")));
  expect(await letters(page.channelId, 1)).toMatchObject([{ class: "auth" }]);
  await letters(channelId, 6);
  await system.charla.cron(now);
  const trouble = [
    [page.channelId, "access"],
    [channelId, "sending"],
  ].toSorted();
  expect(await alerts("open")).toEqual(trouble);
  expect([await stateOf(page.channelId), await stateOf(channelId)]).toEqual(["trouble", "trouble"]);
  expect(await subjects()).toEqual([expect.stringMatching(/2 canales necesitan atención$/)]);
  await system.charla.cron(now);
  expect(await subjects()).toHaveLength(1);

  meta.reception = () => ({});
  system.integrator.receive(account, () => ({}));
  await phone.text("¿Y ahora?");
  await page.answers(phone, 2);
  await first.say(1, "¿Y claveles?");
  await first.replyTo(1);
  for (const id of [page.channelId, channelId])
    await until("the console shows what was sent", async () => {
      const answered = await rows(`/v1/conversations?channelId=${id}&limit=100`);
      const shown = await Promise.all(answered.map((one) => rows(`/v1/conversations/${String(one["id"])}/messages`)));
      return shown.flat().some((row) => row["state"] === "sent" && Date.parse(String(row["at"])) > now);
    });
  // The failures of this hour are still in the numbers until an hour is over.
  await system.charla.cron(now + 14 * FIVE_MINUTES);
  expect(await alerts("open")).toEqual([]);
  expect(await alerts("closed")).toEqual(trouble);
  expect([await stateOf(page.channelId), await stateOf(channelId)]).toEqual(["well", "well"]);
  expect((await subjects())[1]).toMatch(/2 canales vuelven a funcionar$/);
  const [mail] = await platformMails(system.charla.url);
  expect(mail).toMatchObject({ headers: { "Auto-Submitted": "auto-generated" } });
});
