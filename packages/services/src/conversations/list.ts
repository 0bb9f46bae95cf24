import { contacts } from "@charla/db/tenant/contacts";
import { conversations } from "@charla/db/tenant/conversations";
import { and, desc, eq, sql } from "drizzle-orm";
import * as z from "zod";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { type Page, parseCursor, toPage } from "../paging.ts";
import { toConversationOut } from "./internal.ts";
import type { ConversationOut, ListConversationsInput } from "./schemas.ts";

const Cursor = z.tuple([z.number(), z.string()]);

/** Latest activity first. What becomes active while one pages moves to the front, so no later page repeats it. */
export async function listConversations(ctx: Ctx, input: ListConversationsInput): Promise<Page<ConversationOut>> {
  requirePermission(ctx, "conversations.read");
  const { agentId, channelId, contactId, owner, handover, state, limit } = input;
  const after = parseCursor(input.cursor, Cursor);
  const rows = await ctx.db.orm
    .select({ row: conversations, contact: { sealedName: contacts.sealedName, locale: contacts.locale } })
    .from(conversations)
    .leftJoin(contacts, eq(contacts.id, conversations.contactId))
    .where(
      and(
        agentId === undefined ? undefined : eq(conversations.agentId, agentId),
        channelId === undefined ? undefined : eq(conversations.channelId, channelId),
        contactId === undefined ? undefined : eq(conversations.contactId, contactId),
        owner === undefined ? undefined : eq(conversations.ownerType, owner),
        handover === undefined ? undefined : eq(conversations.handover, handover),
        state === undefined ? undefined : eq(conversations.state, state),
        after === undefined
          ? undefined
          : sql`(${conversations.lastAt}, ${conversations.id}) < (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(desc(conversations.lastAt), desc(conversations.id))
    .limit(limit + 1);
  const page = toPage(
    rows,
    limit,
    ({ row }) => [row.lastAt, row.id],
    (found) => found,
  );
  return {
    data: await Promise.all(page.data.map(({ row, contact }) => toConversationOut(ctx, row, contact))),
    nextCursor: page.nextCursor,
  };
}
