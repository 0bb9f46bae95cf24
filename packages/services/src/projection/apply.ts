import * as sql from "@charla/db/projection/statements";
import { jsonParameters } from "@charla/db/upsert";
import type { ProjectionEvent } from "@charla/domain/projection";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import type { MetricDelta } from "../metrics/counters.ts";
import { blindIndexOf } from "../vault/blind-index.ts";
import { contactKey } from "../vault/contact-keys.ts";
import { unwrap } from "../vault/keyring.ts";
import { countWritten } from "./counters.ts";
import { type Merged, mergeEvents } from "./merge.ts";
import { type People, peopleOf } from "./people.ts";
import { type TableRows, collectRow, noRows } from "./rows.ts";

export type Applied = { applied: { conversationId: string; version: number }[]; metrics: MetricDelta[] };

/**
 * Writes what a batch of one tenant's events says, in one transaction. Repeats and older versions change nothing, so an
 * event may come any number of times and in any order. Whoever brings them has left out what was erased: a batch with any of
 * that is refused whole.
 */
export async function applyProjection(ctx: Ctx, events: readonly ProjectionEvent[]): Promise<Applied> {
  requirePermission(ctx, "conversations.write");
  const batch = mergeEvents(events.filter((event) => event.tenantId === ctx.tenantId));
  if (batch.length === 0) return { applied: [], metrics: [] };
  const people = await peopleOf(ctx, batch);
  const rows = await collectRows(ctx, batch, people);
  const plan = planOf(batch, people, rows);
  const results = await ctx.db.d1.batch<Row>(
    plan.map(({ query, parameter }) => ctx.db.d1.prepare(query).bind(parameter)),
  );
  people.remember();
  const writtenBy = (query: string): Row[] =>
    results.flatMap((result, i) => (plan[i]?.query === query ? result.results : []));
  const written = {
    conversations: writtenBy(sql.upsertConversations),
    messages: writtenBy(sql.upsertMessages),
    turns: writtenBy(sql.upsertTurns),
    steps: writtenBy(sql.upsertSteps),
    letters: [...writtenBy(sql.upsertDeadLetters), ...writtenBy(sql.resolveDeadLetters)],
  };
  return {
    applied: batch.map(({ conversation, version }) => ({ conversationId: conversation.id, version })),
    metrics: countWritten(written, batch, ctx.now()),
  };
}

type Row = Record<string, string | number | null>;
type Statement = { query: string; parameter: string };

async function collectRows(ctx: Ctx, batch: readonly Merged[], people: People): Promise<TableRows> {
  const rows = noRows();
  const index = await blindIndexOf(await unwrap(ctx.keyring, ctx.wrappedKey));
  await Promise.all(
    batch.map(async (merged) => {
      const key = await contactKey(ctx, people.of(merged.conversation.id).contactId);
      const place = { tenantId: ctx.tenantId, key, index };
      await Promise.all(
        [...merged.rows.values()].map(({ row, version }) => collectRow(rows, { merged, row, version, place })),
      );
    }),
  );
  return rows;
}

/** Words come after the messages they point to; a table without rows costs no statement. */
function planOf(batch: readonly Merged[], people: People, rows: TableRows): Statement[] {
  const begun = batch.flatMap(({ conversation }) => [conversation.contactId, people.of(conversation.id).contactId]);
  const guard = { query: sql.refuseErased, parameter: JSON.stringify([...new Set(begun)]) };
  const tables: [string, unknown[][]][] = [
    [sql.upsertContacts, people.contacts],
    [sql.upsertConversations, batch.map((merged) => conversationRow(merged, people))],
    [sql.upsertMessages, rows.messages],
    [sql.deleteWords, rows.staleWords],
    [sql.insertWords, rows.words],
    [sql.upsertTurns, rows.turns],
    [sql.upsertSteps, rows.steps],
    [sql.upsertUsage, rows.usage],
    [sql.upsertNotes, rows.notes],
    [sql.upsertGaps, rows.gaps],
    [sql.upsertDeadLetters, rows.dead],
    [sql.resolveDeadLetters, rows.alive],
  ];
  const writes = tables.flatMap(([query, table]) => jsonParameters(table).map((parameter) => ({ query, parameter })));
  return [guard, ...writes];
}

function conversationRow({ conversation, version, spent }: Merged, people: People): unknown[] {
  const { owner } = conversation;
  const { contactId, sealedThread } = people.of(conversation.id);
  return [
    conversation.id,
    conversation.channelId,
    conversation.channelKind,
    conversation.agentId,
    contactId,
    sealedThread,
    owner.type,
    owner.memberId ?? null,
    owner.until ?? null,
    conversation.handover,
    conversation.parked === undefined ? "active" : "parked",
    conversation.parked ?? null,
    spent.tokens,
    spent.micros,
    version,
    conversation.createdAt,
    conversation.lastAt,
  ];
}
