import { uploads } from "@charla/db/tenant/uploads";
import { conversationFolder, sentKey } from "@charla/domain/kept-file";
import type { ConversationRpc } from "@charla/domain/rpc";
import { asc, inArray, lte } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import type { Folders } from "./delete-folder.ts";

/** Somebody may still be choosing the words for it. */
export const UNSENT_MS = 86_400_000;
/** From a day on it cannot be sent any more; it goes later, so that nobody is sending it just then. */
const MARGIN_MS = 3_600_000;
const AT_ONCE = 100;

export type Senders = (conversationId: string) => Pick<ConversationRpc, "sentOf">;

/** Removes what was uploaded and not sent within a day; how much it was. The conversation knows what was sent. */
export async function removeUnsent(ctx: Ctx, bucket: Pick<Folders, "delete">, senderOf: Senders): Promise<number> {
  requirePermission(ctx, "conversations.write");
  const { orm } = ctx.db;
  const old = await orm
    .select()
    .from(uploads)
    .where(lte(uploads.createdAt, ctx.now() - UNSENT_MS - MARGIN_MS))
    .orderBy(asc(uploads.createdAt))
    .limit(AT_ONCE);
  let removed = 0;
  for (const [conversationId, files] of Map.groupBy(old, (upload) => upload.conversationId)) {
    const ids = files.map(({ id }) => id);
    const sent = new Set(await senderOf(conversationId).sentOf({ tenantId: ctx.tenantId, files: ids }));
    const folder = conversationFolder(ctx.tenantId, conversationId);
    const unsent = ids.filter((id) => !sent.has(id));
    if (unsent.length > 0) await bucket.delete(unsent.map((id) => sentKey(folder, id)));
    await orm.delete(uploads).where(inArray(uploads.id, ids));
    removed += unsent.length;
  }
  return removed;
}
