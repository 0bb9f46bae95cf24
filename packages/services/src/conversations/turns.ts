import { steps } from "@charla/db/tenant/steps";
import { type TurnRow, turns } from "@charla/db/tenant/turns";
import { and, asc, desc, eq, gte, lt, lte } from "drizzle-orm";
import type { Ctx } from "../context.ts";
import { type Page, isoTime } from "../paging.ts";
import { toStepOut } from "./internal.ts";
import { openField, rowRecord } from "./reader.ts";
import { beginRows, pageOfRows } from "./rows.ts";
import type { ListTurnsInput, StepOut, TurnOut } from "./schemas.ts";

/** Newest first, each with its steps in order. */
export async function listTurns(ctx: Ctx, input: ListTurnsInput): Promise<Page<TurnOut>> {
  const { conversationId, limit } = input;
  const { contactId, before } = await beginRows(ctx, input);
  const rows = await ctx.db.orm
    .select()
    .from(turns)
    .where(and(eq(turns.conversationId, conversationId), lt(turns.seq, before)))
    .orderBy(desc(turns.seq))
    .limit(limit + 1);
  const { data, nextCursor } = pageOfRows(rows, limit);
  const stepsOf = await stepsByTurn(ctx, conversationId, contactId, data);
  return {
    data: await Promise.all(data.map((turn) => toTurnOut(ctx, contactId, turn, stepsOf.get(turn.seq) ?? []))),
    nextCursor,
  };
}

async function stepsByTurn(
  ctx: Ctx,
  conversationId: string,
  contactId: string,
  page: readonly TurnRow[],
): Promise<Map<number, StepOut[]>> {
  const [newest, oldest] = [page[0], page.at(-1)];
  const byTurn = new Map<number, StepOut[]>();
  if (newest === undefined || oldest === undefined) return byTurn;
  const rows = await ctx.db.orm
    .select()
    .from(steps)
    .where(and(eq(steps.conversationId, conversationId), gte(steps.turn, oldest.seq), lte(steps.turn, newest.seq)))
    .orderBy(asc(steps.seq));
  for (const step of await Promise.all(rows.map((found) => toStepOut(ctx, contactId, found)))) {
    if (step.turn === null) continue;
    const known = byTurn.get(step.turn);
    if (known === undefined) byTurn.set(step.turn, [step]);
    else known.push(step);
  }
  return byTurn;
}

async function toTurnOut(ctx: Ctx, contactId: string, row: TurnRow, itsSteps: StepOut[]): Promise<TurnOut> {
  const { conversationId, seq, id, state, outcome, agentId, releaseId, trackingId, epoch, resumes, supersedes } = row;
  return {
    conversationId,
    seq,
    id,
    state,
    outcome,
    error: await openField(ctx, contactId, rowRecord(conversationId, seq), "error", row.sealedError),
    agentId,
    releaseId,
    trackingId,
    epoch,
    resumes,
    supersedes,
    usage: { input: row.inputTokens, output: row.outputTokens, cached: row.cachedTokens },
    costMicros: row.costMicros,
    openedAt: isoTime(row.openedAt),
    closedAt: row.closedAt === null ? null : isoTime(row.closedAt),
    steps: itsSteps,
  };
}
