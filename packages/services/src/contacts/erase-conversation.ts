import { countMessages, eraseConversation as statements } from "@charla/db/erasure/statements";
import { erasedLogs, type ErasureRow } from "@charla/db/tenant/erasures";
import { newId } from "@charla/domain/ids";
import { conversationFolder } from "@charla/domain/kept-file";
import type { ConversationRpc } from "@charla/domain/rpc";
import { and, eq } from "drizzle-orm";
import type { Ctx } from "../context.ts";
import { deleteFolder, type Folders } from "../files/delete-folder.ts";

/** What of a contact is kept outside of the tenant's database. */
export type Outside = {
  bucket: Folders;
  conversation: (id: string) => Pick<ConversationRpc, "begunAs" | "erase">;
};

type Job = { conversationId: string; erasure: Pick<ErasureRow, "contactId" | "requestedAt"> };

/** Object, files, rows, in this order: while there are rows, whoever goes on after an interruption finds the conversation. */
export async function eraseConversation(ctx: Ctx, { conversationId, erasure }: Job, outside: Outside): Promise<void> {
  const begunAs = await condemned(ctx, conversationId, erasure.contactId, outside);
  await forget(outside, conversationId, { tenantId: ctx.tenantId, begunAs, before: erasure.requestedAt });
  // Whoever writes again has a new log under the same id, with files of its own.
  const files = await deleteFolder(outside.bucket, conversationFolder(ctx.tenantId, conversationId), ctx.now());
  const { d1 } = ctx.db;
  const messages = (await d1.prepare(countMessages).bind(conversationId).first<number>("count")) ?? 0;
  await d1.batch([
    ...statements.map((statement) => {
      const prepared = d1.prepare(statement);
      return statement.includes("?2") ? prepared.bind(conversationId, begunAs) : prepared.bind(conversationId);
    }),
    d1
      .prepare(
        "UPDATE erasures SET conversations = conversations + 1, messages = messages + ?2, files = files + ?3 WHERE contact_id = ?1",
      )
      .bind(erasure.contactId, messages, files),
  ]);
}

/** Written down before anything is done, so that a second try means the same log and not one that was begun since. */
async function condemned(
  ctx: Ctx,
  conversationId: string,
  contactId: string,
  { conversation }: Outside,
): Promise<string> {
  const { orm } = ctx.db;
  const ofThis = and(eq(erasedLogs.contactId, contactId), eq(erasedLogs.conversationId, conversationId));
  const [known] = await orm.select().from(erasedLogs).where(ofThis).limit(1);
  if (known !== undefined) return known.begunAs;
  const found = await conversation(conversationId).begunAs({ tenantId: ctx.tenantId });
  const begunAs = found ?? newId("contact", ctx.now());
  await orm.insert(erasedLogs).values({ begunAs, conversationId, contactId }).onConflictDoNothing();
  return begunAs;
}

/** The object ends with what it forgets, and its caller with it; the second call finds that it is done. */
async function forget(
  { conversation }: Outside,
  conversationId: string,
  args: { tenantId: string; begunAs: string; before: number },
): Promise<void> {
  try {
    await conversation(conversationId).erase(args);
  } catch {
    await conversation(conversationId).erase(args);
  }
}
