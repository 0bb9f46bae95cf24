import { afterAll, beforeAll, expect, test } from "vitest";

import { listAt, textAt } from "@charla/testkit/charla/api";
import { SourceTree } from "@charla/testkit/charla/tree";
import { until } from "@charla/testkit/poll";

import { System } from "../system.ts";

type Row = Record<string, unknown>;

const CONSUMER = "workers/router/src/queues/events.ts";
const OPEN = "const ctx = await openTenant(await deps.platform(), tenantId);";
/** A consumer that always throws while this key is there, and whose retries do not take minutes. */
const FAULT = "fault:events";

let system: System;
beforeAll(async () => {
  const tree = new SourceTree();
  const broken = `if ((await (await deps.platform()).config.get("${FAULT}")) !== null) throw new Error("always");`;
  tree.replace(CONSUMER, OPEN, `${broken}\n  ${OPEN}`);
  tree.replace(CONSUMER, "const FIRST_RETRY_SECONDS = 2;", "const FIRST_RETRY_SECONDS = 0;");
  system = await System.start(tree);
});
afterAll(async () => {
  expect(system.problems()).toEqual([]);
  await system.stop();
});

const metrics = async (): Promise<string> => (await fetch(`${system.charla.url}/metrics`)).text();
const WAITING = /^charla_dead_events\{queue="charla-events-dlq"\} (\d+)$/m;

test("44: a consumer that always throws: people are answered, what died is seen, counted and brought back whole", async () => {
  const platform = system.charla.platform();
  const config = await system.charla.config();
  const dead = async (state: string): Promise<Row[]> => {
    const page = await platform.get(`/v1/dead-events?tenantId=${system.tenant.id}&state=${state}&limit=100`);
    return listAt(page, "data") as Row[];
  };
  const conversations = async (): Promise<Row[]> =>
    listAt(await system.tenant.api.get("/v1/conversations?limit=100"), "data") as Row[];

  await config.put(FAULT, "1");
  const thread = await system.thread();
  for (const n of [1, 2, 3]) {
    await thread.say(n);
    await thread.replyTo(n);
  }
  const [event] = await until(
    "the dead event is listed",
    async () => {
      const found = await dead("waiting");
      return found.length > 0 && found;
    },
    { deadlineMs: 90_000, everyMs: 250 },
  );
  expect(event).toMatchObject({ queue: "charla-events-dlq", tenantId: system.tenant.id });
  expect(Number(WAITING.exec(await metrics())?.[1])).toBeGreaterThan(0);
  expect(await conversations()).toEqual([]);

  await config.delete(FAULT);
  for (const { id } of await dead("waiting")) await platform.post(`/v1/dead-events/${String(id)}/replay`);
  const listed = await until(
    "the conversation is listed, with nobody writing",
    async () => (await conversations())[0],
    {
      deadlineMs: 60_000,
      everyMs: 250,
    },
  );
  await until(
    "all six messages are listed",
    async () => {
      const path = `/v1/conversations/${textAt(listed, "id")}/messages`;
      return listAt(await system.tenant.api.get(path), "data").length === 6;
    },
    { deadlineMs: 90_000, everyMs: 250 },
  );
  await until("nothing waits any more", async () => {
    for (const { id } of await dead("waiting")) await platform.post(`/v1/dead-events/${String(id)}/replay`);
    return !WAITING.test(await metrics()) || WAITING.exec(await metrics())?.[1] === "0";
  });
  expect((await dead("replayed")).map(({ id }) => id)).toContain(event?.["id"]);
}, 240_000);
