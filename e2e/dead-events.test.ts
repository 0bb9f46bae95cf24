import { afterAll, beforeAll, expect, test } from "vitest";

import { at, listAt, textAt } from "@charla/testkit/charla/api";
import { SourceTree } from "@charla/testkit/charla/tree";
import { until } from "@charla/testkit/poll";

import { System } from "./system.ts";

const UNLUCKY = "unlucky";
/** Once in the webhook, twice from the queue; only what is put back by hand gets through. */
const FAILURES = 3;

let system: System;

/** Conversations of that name cannot be reached for a while, and the queue gives up sooner than it really does. */
beforeAll(async () => {
  const tree = new SourceTree();
  tree.replace(
    "workers/router/src/deliver.ts",
    "  const name = objectNameOf(arrival.key);\n",
    `  const name = objectNameOf(arrival.key);
  if (name.endsWith(":${UNLUCKY}") && --failuresLeft >= 0) throw Object.assign(new Error("injected"), { overloaded: true });\n`,
  );
  tree.replace(
    "workers/router/src/deliver.ts",
    "const ACCEPT_MS = 2_000;",
    `let failuresLeft = ${FAILURES};\nconst ACCEPT_MS = 2_000;`,
  );
  const config = tree.read("workers/router/wrangler.toml");
  const hasty = config.replaceAll("max_retries = 50\nretry_delay = 2\n", "max_retries = 1\nretry_delay = 0\n");
  expect(hasty).not.toBe(config);
  tree.write("workers/router/wrangler.toml", hasty);
  system = await System.start(tree);
});
afterAll(() => system.stop());

async function waiting(queue: string): Promise<number> {
  const text = await (await fetch(`${system.charla.url}/metrics`)).text();
  return Number(new RegExp(`^charla_dead_events\\{queue="${queue}"\\} (\\d+)$`, "m").exec(text)?.[1]);
}

test("a message that no retry could deliver waits where people see it, and is answered once it is replayed", async () => {
  const platform = system.charla.platform();
  const thread = await system.thread();
  const event = { ...thread.message(1), conversation: UNLUCKY };
  expect((await thread.send(event)).status).toBe(200);

  const id = await until(
    "the platform sees it",
    async () => {
      const page = await platform.get(`/v1/dead-events?tenantId=${system.tenant.id}&state=waiting`);
      return listAt(page, "data").length === 1 && textAt(page, "data", 0, "id");
    },
    { deadlineMs: 40_000, everyMs: 200 },
  );
  expect(await platform.get(`/v1/dead-events/${id}`)).toMatchObject({
    queue: "charla-inbound-dlq",
    channelId: thread.account.channelId,
    events: 1,
    replayable: true,
  });
  expect(await waiting("charla-inbound-dlq")).toBe(1);
  const letters = await system.tenant.api.get("/v1/dead-letters?state=open");
  expect(listAt(letters, "data")).toMatchObject([{ channelId: thread.account.channelId, reason: "undeliverable" }]);
  expect(system.integrator.messages(thread.account.account)).toEqual([]);

  const replayed = await platform.request("POST", `/v1/dead-events/${id}/replay`, {});
  expect(replayed.status).toBe(202);
  expect(at(replayed.json, "settledBy")).toBe("platform");
  await until("it is answered", () => system.integrator.hasReplyTo(event.id), { deadlineMs: 20_000 });
  expect(system.integrator.messages(thread.account.account, UNLUCKY)).toHaveLength(1);
  expect(await waiting("charla-inbound-dlq")).toBe(0);
  await until("the tenant's letter is closed", async () => {
    const open = await system.tenant.api.get("/v1/dead-letters?state=open");
    return listAt(open, "data").length === 0;
  });
  expect((await platform.request("POST", `/v1/dead-events/${id}/replay`, {})).status).toBe(409);
});
