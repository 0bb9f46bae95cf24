import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { NumberCursor, type Page, type PageInput, parseCursor, toPage } from "../paging.ts";
import { fetchConversation } from "./internal.ts";

/** How every list of one conversation's rows begins: who may, whose it is, and below which number the page starts. */
export async function beginRows(
  ctx: Ctx,
  { conversationId, cursor }: Pick<PageInput, "cursor"> & { conversationId: string },
): Promise<{ contactId: string; before: number }> {
  requirePermission(ctx, "conversations.read");
  const { row } = await fetchConversation(ctx, conversationId);
  const [before] = parseCursor(cursor, NumberCursor) ?? [Number.MAX_SAFE_INTEGER];
  return { contactId: row.contactId, before };
}

/** Rows newest first, one more than the limit where there are more. */
export const pageOfRows = <R extends { seq: number }>(rows: R[], limit: number): Page<R> =>
  toPage(
    rows,
    limit,
    ({ seq }) => [seq],
    (row) => row,
  );
