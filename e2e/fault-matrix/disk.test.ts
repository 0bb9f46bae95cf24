import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { Api, listAt } from "@charla/testkit/charla/api";
import { Charla } from "@charla/testkit/charla/charla";
import { runtimeThatSurvivesItsLimit, SmallDisk } from "@charla/testkit/charla/full-disk";
import { furnishHttpAccount, type HttpAccount } from "@charla/testkit/charla/furnish";
import { message } from "@charla/testkit/integrator/events";
import { send, sendUntilAccepted } from "@charla/testkit/integrator/sender";
import { Integrator } from "@charla/testkit/integrator/server";
import { ModelServer } from "@charla/testkit/model/server";
import { until, untilQuiet } from "@charla/testkit/poll";

import { freePort } from "../free-port.ts";

// Starts of the server and waits for quiet add up on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

const CONVERSATIONS = 6;
const disk = new SmallDisk(96);
let charla: Charla;
let model: ModelServer;
let integrator: Integrator;
let account: HttpAccount;

beforeAll(async () => {
  process.env["MINIFLARE_WORKERD_PATH"] = runtimeThatSurvivesItsLimit(disk.stateDir);
  model = await ModelServer.start();
  integrator = await Integrator.start();
  charla = await Charla.start({ port: await freePort(), stateDir: disk.stateDir });
  const wish = { slug: "disk", modelBaseUrl: model.baseUrl, integrator };
  account = await furnishHttpAccount(new Api(charla.url, charla.platformKey), charla.url, wish);
});
afterAll(async () => {
  delete process.env["MINIFLARE_WORKERD_PATH"];
  try {
    await charla.stop();
    await Promise.all([model.close(), integrator.close()]);
  } finally {
    // Whatever went wrong, nothing stays mounted.
    disk.remove();
  }
});

const sending = (): { url: string; secret: string } => ({ url: account.webhookUrl, secret: account.secret });
const repliesTo = (id: string): number =>
  integrator.callbacks.filter(({ payload, repeat }) => repeat === 0 && payload.inReplyTo.includes(id)).length;
const answered = (ids: string[]): Promise<true> =>
  until("every message is answered", () => ids.every((id) => repliesTo(id) > 0), { deadlineMs: 60_000 });
const quiet = (): Promise<void> => untilQuiet("the outside", () => integrator.lastAt, 3_000);

describe.each(disk.ways)("51: the disk of the state takes no more: $name", ({ name, fill, free }) => {
  const prefix = name.replaceAll(" ", "").slice(0, 6);
  const known = Array.from({ length: CONVERSATIONS }, (_, index) => `${prefix}k${index}`);
  const fresh = Array.from({ length: CONVERSATIONS }, (_, index) => `${prefix}f${index}`);

  test("what cannot be kept is refused with 503 before it is accepted; what was accepted is answered once", async () => {
    const first = known.map((conversation) => message(conversation, 1));
    for (const event of first) await sendUntilAccepted(event, sending());
    await answered(first.map(({ id }) => id));
    await quiet();

    const { pid } = await charla.runtimeIsBack();
    fill(pid);
    const events = [...known.map((conversation) => message(conversation, 2)), ...fresh.map((c) => message(c, 1))];
    const answers = [];
    for (const event of events) {
      const { status, headers } = await send(event, { ...sending(), timeoutMs: 20_000 });
      answers.push({ id: event.id, status, retryAfter: Number(headers.get("retry-after")) });
    }
    free(pid);

    const refused = answers.filter(({ status }) => status === 503);
    const taken = answers.filter(({ status }) => status === 200).map(({ id }) => id);
    expect(answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(refused.length).toBeGreaterThanOrEqual(CONVERSATIONS);
    expect(refused.filter(({ retryAfter }) => !(retryAfter > 0))).toEqual([]);
    await answered(taken);
    await quiet();
    expect(refused.map(({ id }) => repliesTo(id)).filter((count) => count > 0)).toEqual([]);

    // The provider sends again, as it does after a 503; no kill and no start in between.
    for (const event of events) await sendUntilAccepted(event, sending(), AbortSignal.timeout(20_000));
    await answered(events.map(({ id }) => id));
    await quiet();
    expect(events.map(({ id }) => repliesTo(id)).filter((count) => count !== 1)).toEqual([]);
    expect((await charla.runtimeIsBack()).pid).toBe(pid);
  });

  test("once there is space again every row is whole and listed", async () => {
    const { api } = account.tenant;
    for (const conversation of [...known, ...fresh]) {
      const expected = known.includes(conversation) ? 4 : 2;
      await until(`${conversation} is listed with ${expected} messages`, async () => {
        const rows = listAt(await api.get("/v1/conversations?limit=100"), "data") as { id: string; thread?: string }[];
        const found = rows.find(({ thread }) => thread === conversation);
        if (found === undefined) return undefined;
        const messages = listAt(await api.get(`/v1/conversations/${found.id}/messages?limit=100`), "data");
        return (
          messages.length === expected && (messages as { state: string }[]).every(({ state }) => state !== "failed")
        );
      });
    }
  });
});

test("51: no database is damaged, and a start from what is on the disk finds everything done", async () => {
  const before = integrator.callbacks.length;
  await charla.restart();
  await charla.isReady();
  await quiet();
  expect(integrator.callbacks.length).toBe(before);
  await charla.stop();
  const files = globSync("v3/{do,d1,r2}/**/*.sqlite", { cwd: disk.stateDir });
  expect(files.length).toBeGreaterThan(2 * CONVERSATIONS);
  const damaged = files.filter((file) => {
    const database = new DatabaseSync(join(disk.stateDir, file));
    const verdict = database.prepare("PRAGMA integrity_check").all();
    database.close();
    return JSON.stringify(verdict) !== '[{"integrity_check":"ok"}]';
  });
  expect(damaged).toEqual([]);
});
