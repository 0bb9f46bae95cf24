import { messages } from "@charla/db/tenant/messages";
import { and, desc, eq, lt } from "drizzle-orm";
import type { Ctx } from "../context.ts";
import type { Page } from "../paging.ts";
import { toMessageOut } from "./internal.ts";
import { beginRows, pageOfRows } from "./rows.ts";
import type { ListMessagesInput, MessageOut } from "./schemas.ts";

/** Newest first. */
export async function listMessages(ctx: Ctx, input: ListMessagesInput): Promise<Page<MessageOut>> {
  const { conversationId, limit } = input;
  const { contactId, before } = await beginRows(ctx, input);
  const rows = await ctx.db.orm
    .select()
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), lt(messages.seq, before)))
    .orderBy(desc(messages.seq))
    .limit(limit + 1);
  const { data, nextCursor } = pageOfRows(rows, limit);
  return { data: await Promise.all(data.map((found) => toMessageOut(ctx, contactId, found))), nextCursor };
}
