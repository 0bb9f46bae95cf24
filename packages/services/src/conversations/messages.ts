import { messages } from "@charla/db/tenant/messages";
import { and, desc, eq, lt } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { NumberCursor, type Page, parseCursor, toPage } from "../paging.ts";
import { fetchConversation, toMessageOut } from "./internal.ts";
import type { ListMessagesInput, MessageOut } from "./schemas.ts";

/** Newest first. */
export async function listMessages(
  ctx: Ctx,
  { conversationId, cursor, limit }: ListMessagesInput,
): Promise<Page<MessageOut>> {
  requirePermission(ctx, "conversations.read");
  const { row } = await fetchConversation(ctx, conversationId);
  const [before] = parseCursor(cursor, NumberCursor) ?? [Number.MAX_SAFE_INTEGER];
  const rows = await ctx.db.orm
    .select()
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), lt(messages.seq, before)))
    .orderBy(desc(messages.seq))
    .limit(limit + 1);
  const page = toPage(
    rows,
    limit,
    ({ seq }) => [seq],
    (found) => found,
  );
  return {
    data: await Promise.all(page.data.map((found) => toMessageOut(ctx, row.contactId, found))),
    nextCursor: page.nextCursor,
  };
}
