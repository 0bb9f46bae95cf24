import { createExecutionContext, createMessageBatch, createScheduledController, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { newId } from "@charla/domain/ids";
import type { LogRow } from "@charla/domain/log";
import { objectNameOf, type Arrival } from "@charla/domain/inbound";
import type { ProjectionEvent } from "@charla/domain/projection";
import { listConversations } from "@charla/services/conversations/list";
import { listMessages } from "@charla/services/conversations/messages";
import { listDeadEvents } from "@charla/services/dead-events/list";
import { replayDeadEvent } from "@charla/services/dead-events/replay";
import { listDeadLetters } from "@charla/services/dead-letters/list";
import { readMetrics } from "@charla/services/metrics/read";
import { renderPrometheus } from "@charla/telemetry/prometheus";
import { beforeAll, describe, expect, it } from "vitest";
import { runCron } from "../src/cron.ts";
import { depsOf } from "../src/deps.ts";
import worker from "../src/index.ts";
import { consumeEvents } from "../src/queues/events.ts";
import { connect, type Connected } from "./connected.ts";

let shop: Connected;
beforeAll(async () => {
  shop = await connect();
});

type Body = { id: string; body: unknown; attempts?: number };

async function consume(queue: string, messages: Body[]): Promise<{ acked: string[]; retried: string[] }> {
  const batch = createMessageBatch(
    queue,
    messages.map(({ id, body, attempts = 1 }) => ({ id, timestamp: new Date(), attempts, body })),
  );
  const ctx = createExecutionContext();
  await worker.queue(batch, env);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, ctx);
  return { acked: explicitAcks.toSorted(), retried: retryMessages.map(({ msgId }) => msgId).toSorted() };
}

const arrivalOf = ({ tenantId, channelId, agentId }: Connected, thread: string, id: string): Arrival => ({
  key: { tenantId, channelId, thread },
  channelKind: "http",
  agentId,
  contact: { address: "u1" },
  trackingId: newId("tracking"),
  events: [{ kind: "message", externalId: id, at: Date.now(), text: "hola" }],
  statuses: [],
});

/** A conversation that really exists, and a change of it that the queue brings. */
async function changed(
  of: Connected,
  thread: string,
  version: number,
  spent = { tokens: 0, micros: 0 },
): Promise<ProjectionEvent> {
  const arrival = arrivalOf(of, thread, `${thread}-1`);
  const { conversationId } = await env.CONVERSATION.getByName(objectNameOf(arrival.key)).accept(arrival);
  const now = Date.now();
  return {
    v: 1,
    tenantId: of.tenantId,
    conversation: {
      id: conversationId,
      channelId: of.channelId,
      channelKind: "http",
      agentId: of.agentId,
      thread,
      contactId: newId("contact"),
      contact: { address: "u1" },
      owner: { type: "ai" },
      createdAt: now,
      lastAt: now,
      handover: false,
    },
    version,
    sentAt: now,
    spent,
    spentBefore: { tokens: 0, micros: 0 },
    rows: [],
  };
}

describe("the inbound queue", () => {
  it("hands a spilled arrival to its conversation, once however often it comes", async () => {
    const arrival = arrivalOf(shop, "spilled", "s1");
    expect(await consume("charla-inbound", [{ id: "m1", body: { v: 1, arrival } }])).toEqual({
      acked: ["m1"],
      retried: [],
    });
    await consume("charla-inbound", [{ id: "m2", body: { v: 1, arrival } }]);
    const view = await env.CONVERSATION.getByName(objectNameOf(arrival.key)).view({
      tenantId: shop.tenantId,
      afterSeq: 0,
      limit: 50,
    });
    expect((JSON.parse(view.rowsJson) as LogRow[]).filter((row) => row.kind === "in")).toHaveLength(1);
  });

  it("keeps what it cannot read for the dead letters, and the others go on", async () => {
    const arrival = arrivalOf(shop, "spilled", "s2");
    const result = await consume("charla-inbound", [
      { id: "bad", body: { v: 99 } },
      { id: "good", body: { v: 1, arrival } },
    ]);
    expect(result).toEqual({ acked: ["good"], retried: ["bad"] });
  });
});

describe("the events queue", () => {
  it("brings changes into the tenant's database", async () => {
    const event = await changed(shop, "listed", 5);
    expect(await consume("charla-events", [{ id: "e1", body: event }])).toEqual({ acked: ["e1"], retried: [] });
    const { data } = await listConversations(shop.ctx, { limit: 50 });
    expect(data.map(({ id }) => id)).toContain(event.conversation.id);
  });

  it("asks the conversation for a row that was too large for the queue", async () => {
    const event = await changed(shop, "large", 6);
    const large = { seq: 1, kind: "in", turn: null, state: "new", at: Date.now(), body: null };
    expect(await consume("charla-events", [{ id: "e1", body: { ...event, rows: [large] } }])).toMatchObject({
      acked: ["e1"],
    });
    const { data } = await listMessages(shop.ctx, { conversationId: event.conversation.id, limit: 10 });
    expect(data).toMatchObject([{ seq: 1, text: "hola" }]);
  });

  it("holds back only the messages of the tenant that fails", async () => {
    const other = await connect();
    const [mine, theirs] = [await changed(shop, "isolated", 7), await changed(other, "isolated", 7)];
    const gone = { ...mine, tenantId: newId("tenant") };
    const result = await consume("charla-events", [
      { id: "mine", body: mine },
      { id: "gone", body: gone },
      { id: "theirs", body: theirs },
      { id: "junk", body: "not an event" },
    ]);
    expect(result).toEqual({ acked: ["mine", "theirs"], retried: ["gone", "junk"] });
  });

  it("counts under names that the metrics page can describe", async () => {
    await consume("charla-events", [{ id: "m", body: await changed(shop, "counted", 9) }]);
    const { control } = await depsOf(env).platform();
    const text = renderPrometheus(await readMetrics(control));
    expect(text).toContain("charla_projection_lag_seconds_count");
    expect(text).not.toContain("untyped");
  });

  it("books what was spent with the tenant's gate, once however often it is told", async () => {
    const tenant = await connect();
    const event = await changed(tenant, "spending", 3, { tokens: 700, micros: 90 });
    await consume("charla-events", [{ id: "a", body: event }]);
    await consume("charla-events", [{ id: "b", body: event }]);
    expect((await env.TENANT_GATE.getByName(tenant.tenantId).state()).used).toEqual({ tokens: 700, micros: 90 });
  });
});

describe("a batch of the events queue", () => {
  it("is confirmed with one call per conversation, by all its versions", async () => {
    const tenant = await connect();
    const [talking, other] = [await changed(tenant, "talking", 1), await changed(tenant, "other", 1)];
    const events = [talking, other, { ...talking, version: 3 }, { ...talking, version: 2 }];
    const batch = createMessageBatch(
      "charla-events",
      events.map((body, n) => ({ id: `e${n}`, timestamp: new Date(), attempts: 1, body })),
    );
    const confirmed = new Map<string, number[][]>();
    const deps = depsOf(env);
    await consumeEvents(batch, {
      ...deps,
      conversationById: (id) => ({
        projected: async ({ version, others = [] }) => {
          confirmed.set(id, [...(confirmed.get(id) ?? []), [version, ...others].toSorted()]);
        },
        view: (args) => deps.conversationById(id).view(args),
        poke: (args) => deps.conversationById(id).poke(args),
      }),
    });
    expect(confirmed).toEqual(
      new Map([
        [talking.conversation.id, [[1, 2, 3]]],
        [other.conversation.id, [[1]]],
      ]),
    );
  });
});

describe("the dead-letter queues", () => {
  it("show a customer's undeliverable message to the tenant and keep it whole for the platform", async () => {
    const tenant = await connect();
    const arrival = arrivalOf(tenant, "never", "n1");
    expect(await consume("charla-inbound-dlq", [{ id: "d1", body: { v: 1, arrival } }])).toEqual({
      acked: ["d1"],
      retried: [],
    });
    const { data } = await listDeadLetters(tenant.ctx, { limit: 10 });
    expect(data).toMatchObject([{ channelId: tenant.channelId }]);
    const kept = await env.CONTROL_DB.prepare(
      "SELECT queue, tenant_id, sealed_body FROM dead_events WHERE tenant_id = ?1",
    )
      .bind(tenant.tenantId)
      .all<{ queue: string; sealed_body: string }>();
    expect(kept.results).toMatchObject([{ queue: "charla-inbound-dlq" }]);
    expect(kept.results[0]?.sealed_body).not.toContain("hola");
  });

  it("are closed when what died is replayed and arrives, and stay when it dies again", async () => {
    const tenant = await connect();
    const arrival = arrivalOf(tenant, "late", "l1");
    await consume("charla-inbound-dlq", [{ id: "d3", body: { v: 1, arrival } }]);
    const platform = await depsOf(env).platform();
    const replay = async (): Promise<unknown> => {
      const [event] = (await listDeadEvents(platform, { tenantId: tenant.tenantId, state: "waiting", limit: 10 })).data;
      let put: unknown;
      await replayDeadEvent(platform, event?.id ?? "", async (_queue, body) => void (put = body));
      return put;
    };
    const openLetters = async (): Promise<number> =>
      (await listDeadLetters(tenant.ctx, { state: "open", limit: 10 })).data.length;
    await consume("charla-inbound-dlq", [{ id: "d4", body: await replay() }]);
    expect(await openLetters()).toBe(1);
    expect(await consume("charla-inbound", [{ id: "m9", body: await replay() }])).toMatchObject({ acked: ["m9"] });
    expect(await openLetters()).toBe(0);
    expect((await listDeadLetters(tenant.ctx, { state: "resolved", limit: 10 })).data).toHaveLength(1);
  });

  it("keep what has no readable owner", async () => {
    expect(await consume("charla-events-dlq", [{ id: "d2", body: { strange: true } }])).toEqual({
      acked: ["d2"],
      retried: [],
    });
    const count = await env.CONTROL_DB.prepare(
      "SELECT count(*) AS n FROM dead_events WHERE queue = 'charla-events-dlq'",
    ).first("n");
    expect(count).toBe(1);
  });
});

describe("the minute's work", () => {
  const openTurn = (openedAt: number): ProjectionEvent["rows"][number] => ({
    seq: 2,
    kind: "turn",
    turn: 2,
    state: "open",
    at: openedAt,
    body: JSON.stringify({
      id: newId("turn"),
      trackingId: newId("tracking"),
      epoch: 1,
      releaseId: newId("release"),
      agentId: shop.agentId,
      openedAt,
      resumes: 0,
      supersedes: 0,
      usage: { input: 0, output: 0, cached: 0 },
      costMicros: 0,
    }),
  });

  it("pokes conversations whose turn has been open for more than a minute, and no others", async () => {
    const tenant = await connect();
    const [stuck, fresh] = [await changed(tenant, "stuck", 1), await changed(tenant, "fresh", 1)];
    stuck.rows = [openTurn(Date.now() - 61_000)];
    fresh.rows = [openTurn(Date.now() - 30_000)];
    await consume("charla-events", [
      { id: "stuck", body: stuck },
      { id: "fresh", body: fresh },
    ]);
    const poked: string[] = [];
    const deps = depsOf(env);
    await runCron(
      {
        ...deps,
        conversationById: (id) => ({
          projected: (args) => deps.conversationById(id).projected(args),
          view: (args) => deps.conversationById(id).view(args),
          poke: async () => {
            poked.push(id);
            return { open: true };
          },
        }),
      },
      Date.now(),
    );
    expect(poked).toContain(stuck.conversation.id);
    expect(poked).not.toContain(fresh.conversation.id);
  });

  it("is wired to the cron trigger and throws away what has run out", async () => {
    await env.CONTROL_DB.prepare(
      "INSERT INTO one_time_links (token_hash, tenant_id, subject, return_to, created_at, expires_at) VALUES ('old', ?1, 's', '/', 0, 1)",
    )
      .bind(shop.tenantId)
      .run();
    await worker.scheduled(createScheduledController({ cron: "* * * * *" }), env);
    expect(
      await env.CONTROL_DB.prepare("SELECT count(*) AS n FROM one_time_links WHERE token_hash = 'old'").first("n"),
    ).toBe(0);
  });
});
