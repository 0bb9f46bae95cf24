import { conversations } from "@charla/db/tenant/conversations";
import { knowledgeGaps } from "@charla/db/tenant/knowledge-gaps";
import { and, desc, eq, lt, or } from "drizzle-orm";
import * as z from "zod";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { openField, rowRecord } from "../conversations/reader.ts";
import { isoTime, type Page, type PageInput, parseCursor, toPage } from "../paging.ts";
import type { KnowledgeGapOut } from "./schemas.ts";

const GapCursor = z.tuple([z.number(), z.string(), z.number()]);

/** Questions of contacts that nothing in the knowledge bases answered, newest first. */
export async function listGaps(ctx: Ctx, { cursor, limit }: PageInput): Promise<Page<KnowledgeGapOut>> {
  requirePermission(ctx, "knowledge.read");
  // The words are a contact's.
  requirePermission(ctx, "conversations.read");
  const before = parseCursor(cursor, GapCursor);
  const { at, conversationId, seq } = knowledgeGaps;
  const rows = await ctx.db.orm
    .select({ gap: knowledgeGaps, contactId: conversations.contactId })
    .from(knowledgeGaps)
    .innerJoin(conversations, eq(conversations.id, conversationId))
    .where(
      before === undefined
        ? undefined
        : or(
            lt(at, before[0]),
            and(eq(at, before[0]), lt(conversationId, before[1])),
            and(eq(at, before[0]), eq(conversationId, before[1]), lt(seq, before[2])),
          ),
    )
    .orderBy(desc(at), desc(conversationId), desc(seq))
    .limit(limit + 1);
  const page = toPage(
    rows,
    limit,
    ({ gap }) => [gap.at, gap.conversationId, gap.seq],
    (row) => row,
  );
  const data = page.data.map(async ({ gap, contactId }) => ({
    conversationId: gap.conversationId,
    turn: gap.turn,
    agentId: gap.agentId,
    query: await openField(ctx, contactId, rowRecord(gap.conversationId, gap.seq), "gap", gap.sealedQuery),
    at: isoTime(gap.at),
  }));
  return { data: await Promise.all(data), nextCursor: page.nextCursor };
}
