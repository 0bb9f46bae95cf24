import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { at, listAt, textAt } from "@charla/testkit/charla/api";
import { furnishAgent, furnishHttpChannel, furnishProvider, furnishTenant } from "@charla/testkit/charla/furnish";
import type { HttpAccount, Tenant } from "@charla/testkit/charla/furnish";
import { SourceTree } from "@charla/testkit/charla/tree";
import { marksIn, markText } from "@charla/testkit/marks";
import { pause, until } from "@charla/testkit/poll";

import { flood } from "./flood/flood.ts";
import type { FloodAnswer } from "./flood/wish.ts";
import { System } from "./system.ts";

const CONNECTIONS = 200;
/** What is promised is 2; the rest is for a machine that has to do the flooding too. Without admission it is 9 and more. */
const AT_MOST = 3;
const ROUNDS = 5;
const FLOOD_MS = 2_500;
const CANARY_MS = 2_000;

const UNLIMITED = 'TENANT_MESSAGES_PER_SECOND = "100000"';
const LIMITED = 'TENANT_MESSAGES_PER_SECOND = "60"';

let system: System;
let loud: Tenant;
let account: HttpAccount;
/** Of the same tenant, but switched off: a flood on it costs its senders the same and the system next to nothing. */
let silent: HttpAccount;
let canary: HttpAccount;

beforeAll(async () => {
  const tree = new SourceTree();
  // The limit of development is for benchmarks and would never be met here.
  tree.replace("workers/router/wrangler.toml", UNLIMITED, LIMITED);
  system = await System.start(tree);
  loud = await furnishTenant(system.charla.platform(), "loud");
  const provider = await furnishProvider(loud, system.model.baseUrl);
  const agentId = await furnishAgent(loud, { model: { provider, model: "loud" } });
  account = await furnishHttpChannel(loud, system.charla.url, agentId, system.integrator);
  silent = await furnishHttpChannel(loud, system.charla.url, agentId, system.integrator);
  await loud.api.post(`/v1/channels/${silent.channelId}/disable`);
  canary = (await system.thread()).account;
});
afterAll(() => system.stop());

/** What another tenant waits for its acknowledgements while the account is flooded. */
async function heardDuring(to: HttpAccount): Promise<{ p95: number; canary: FloodAnswer[]; answers: FloodAnswer[] }> {
  const flooding = flood(to, { connections: CONNECTIONS, batch: 20, gapMs: 0, ms: FLOOD_MS });
  await pause(FLOOD_MS - CANARY_MS);
  const heard = await flood(canary, { connections: 4, batch: 1, gapMs: 150, ms: CANARY_MS });
  const times = heard.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return { p95: times[Math.floor(times.length * 0.95)] ?? 0, canary: heard, answers: await flooding };
}

const isAccepted = ({ status }: FloodAnswer): boolean => status === 200;
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Every page of a list. */
async function all(path: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (let cursor: unknown = ""; typeof cursor === "string";) {
    const page = await loud.api.get(
      `${path}${path.includes("?") ? "&" : "?"}limit=100${cursor && `&cursor=${cursor}`}`,
    );
    rows.push(...listAt(page, "data"));
    cursor = at(page, "nextCursor");
  }
  return rows;
}

/** Marks of all messages that came in and are listed, as often as they are. */
async function stored(): Promise<string[]> {
  const marks: string[] = [];
  for (const conversation of await all(`/v1/conversations?channelId=${account.channelId}`)) {
    for (const message of await all(`/v1/conversations/${textAt(conversation, "id")}/messages`)) {
      if (at(message, "direction") === "in") marks.push(...marksIn(textAt(message, "text")).map(markText));
    }
  }
  return marks;
}

async function shedOf(tenantId: string): Promise<number> {
  const text = await (await fetch(`${system.charla.url}/metrics`)).text();
  return text
    .split("\n")
    .filter((line) => line.startsWith("charla_shed_total{") && line.includes(`tenant="${tenantId}"`))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

describe(`one tenant is flooded over ${CONNECTIONS} connections`, () => {
  const ratios: number[] = [];
  const ofCanary: FloodAnswer[] = [];
  const answers: FloodAnswer[] = [];

  beforeAll(async () => {
    // In turns, so that whatever else the machine does meanwhile slows down both that are compared.
    for (let round = 0; round < ROUNDS; round++) {
      const refused = await heardDuring(silent);
      expect(new Set(refused.answers.map(({ status }) => status))).toEqual(new Set([404]));
      const taken = await heardDuring(account);
      ratios.push(taken.p95 / refused.p95);
      ofCanary.push(...refused.canary, ...taken.canary);
      answers.push(...taken.answers);
    }
  }, 240_000);

  test("another tenant's acknowledgements hardly take longer than under a flood of which nothing is taken", () => {
    expect(ofCanary.every(isAccepted)).toBe(true);
    expect(median(ratios), ratios.join(", ")).toBeLessThanOrEqual(AT_MOST);
  });

  test("every webhook is accepted, or refused with a time to come again, and nothing else", () => {
    const refused = answers.filter((answer) => !isAccepted(answer));
    expect(refused.length).toBeGreaterThan(CONNECTIONS);
    expect(answers.filter(isAccepted).length).toBeGreaterThan(ROUNDS);
    for (const { status, retryAfter } of refused) {
      expect([429, 503]).toContain(status);
      expect(retryAfter).toMatch(/^[1-9]\d*$/);
    }
  });

  test(
    "what was accepted is stored once and answered, and of what was refused there is no trace",
    { timeout: 180_000 },
    async () => {
      const accepted = answers.filter(isAccepted).flatMap(({ ids }) => ids);
      await until(
        "every accepted message is answered",
        () => accepted.every((id) => system.integrator.hasReplyTo(id)),
        {
          deadlineMs: 90_000,
        },
      );
      const expected = accepted.map((id) => `m:${id}`).toSorted();
      const listed = await until(
        "every accepted message is listed",
        async () => {
          const marks = await stored();
          return marks.length >= expected.length && marks;
        },
        { deadlineMs: 60_000, everyMs: 1_000 },
      );
      expect(listed.toSorted()).toEqual(expected);
    },
  );

  test("the metrics say how many were refused, and whose they were", async () => {
    const refused = answers.filter((answer) => !isAccepted(answer)).length;
    await until("every refusal is counted", async () => (await shedOf(loud.id)) === refused);
    expect(await shedOf(system.tenant.id)).toBe(0);
  });
});
