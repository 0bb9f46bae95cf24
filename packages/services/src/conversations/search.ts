import { searchWords } from "@charla/db/tenant-statements";
import { conversations } from "@charla/db/tenant/conversations";
import { messages } from "@charla/db/tenant/messages";
import { desc, eq, inArray } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { NumberCursor, type Page, parseCursor, toPage } from "../paging.ts";
import { blindIndexOf, wordHashes, wordsOf } from "../vault/blind-index.ts";
import { unwrap } from "../vault/keyring.ts";
import { toMessageOut } from "./internal.ts";
import type { MessageOut, SearchMessagesInput } from "./schemas.ts";

/** Messages that hold every word, newest first. The index only proposes; what is opened decides. */
export async function searchMessages(
  ctx: Ctx,
  { query, cursor, limit }: SearchMessagesInput,
): Promise<Page<MessageOut>> {
  requirePermission(ctx, "conversations.read");
  const words = wordsOf(query);
  if (words.length === 0) return { data: [], nextCursor: null };
  const index = await blindIndexOf(await unwrap(ctx.keyring, ctx.wrappedKey));
  const hashes = wordHashes(index, query);
  const [before] = parseCursor(cursor, NumberCursor) ?? [Number.MAX_SAFE_INTEGER];
  const { results } = await ctx.db.d1
    .prepare(searchWords)
    .bind(JSON.stringify(hashes), hashes.length, before, limit + 1)
    .all<{ number: number }>();
  const page = toPage(
    results,
    limit,
    ({ number }) => [number],
    ({ number }) => number,
  );
  const found = await openAll(ctx, page.data);
  return { data: found.filter(({ text }) => holdsAll(text, words)), nextCursor: page.nextCursor };
}

async function openAll(ctx: Ctx, numbers: number[]): Promise<MessageOut[]> {
  if (numbers.length === 0) return [];
  const rows = await ctx.db.orm
    .select({ message: messages, contactId: conversations.contactId })
    .from(messages)
    .innerJoin(conversations, eq(conversations.id, messages.conversationId))
    .where(inArray(messages.number, numbers))
    .orderBy(desc(messages.number));
  return Promise.all(rows.map(({ message, contactId }) => toMessageOut(ctx, contactId, message)));
}

function holdsAll(text: string, words: readonly string[]): boolean {
  const present = new Set(wordsOf(text));
  return words.every((word) => present.has(word));
}
