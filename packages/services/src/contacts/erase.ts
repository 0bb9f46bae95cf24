import { contactAddresses } from "@charla/db/tenant/contact-addresses";
import { contacts } from "@charla/db/tenant/contacts";
import { conversations } from "@charla/db/tenant/conversations";
import { erasures, type ErasureRow } from "@charla/db/tenant/erasures";
import { AppError } from "@charla/domain/errors";
import { eq } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import { actorName, type Ctx } from "../context.ts";
import { destroyContactKey } from "../vault/contact-keys.ts";
import { eraseConversation, type Outside } from "./erase-conversation.ts";
import { findErasure, toErasureOut } from "./internal.ts";
import type { ErasureOut } from "./schemas.ts";

/** A caller is answered by then; the cron goes on with what is left. */
const PATIENCE_MS = 15_000;

/**
 * Everything of a contact, wherever it is. The row of `erasures` comes first: from then on nothing of the contact is written
 * any more, and whatever breaks off is gone on with until it is done. Asking again gives the same answer.
 */
export async function eraseContact(ctx: Ctx, contactId: string, outside: Outside): Promise<ErasureOut> {
  requirePermission(ctx, "contacts.erase");
  const erasure = (await findErasure(ctx, contactId)) ?? (await begin(ctx, contactId));
  return toErasureOut(erasure.doneAt === null ? await proceed(ctx, erasure, outside) : erasure);
}

async function begin(ctx: Ctx, contactId: string): Promise<ErasureRow> {
  const { orm } = ctx.db;
  const [contact] = await orm.select({ id: contacts.id }).from(contacts).where(eq(contacts.id, contactId)).limit(1);
  if (contact === undefined) throw unknown(contactId);
  const addresses = await orm
    .select({ kind: contactAddresses.channelKind, hash: contactAddresses.addressHash })
    .from(contactAddresses)
    .where(eq(contactAddresses.contactId, contactId));
  await orm
    .insert(erasures)
    .values({
      contactId,
      requestedBy: actorName(ctx.actor),
      requestedAt: ctx.now(),
      addresses: addresses.map(({ kind, hash }) => [kind, hash]),
    })
    .onConflictDoNothing();
  return (await findErasure(ctx, contactId)) ?? Promise.reject(unknown(contactId));
}

/** Every part may be repeated. The key goes first: what is not deleted yet can be read no more, in backups neither. */
export async function proceed(ctx: Ctx, erasure: ErasureRow, outside: Outside): Promise<ErasureRow> {
  const { contactId } = erasure;
  const { orm } = ctx.db;
  await destroyContactKey(ctx, contactId);
  const until = ctx.now() + PATIENCE_MS;
  while (ctx.now() < until) {
    const [next] = await orm
      .select({ id: conversations.id })
      .from(conversations)
      .where(eq(conversations.contactId, contactId))
      .limit(1);
    if (next === undefined) {
      await orm.batch([
        orm.delete(contactAddresses).where(eq(contactAddresses.contactId, contactId)),
        orm.delete(contacts).where(eq(contacts.id, contactId)),
        orm.update(erasures).set({ doneAt: ctx.now() }).where(eq(erasures.contactId, contactId)),
      ]);
      break;
    }
    await eraseConversation(ctx, { conversationId: next.id, erasure }, outside);
  }
  return (await findErasure(ctx, contactId)) ?? erasure;
}

const unknown = (contactId: string): AppError => new AppError("NOT_FOUND", `no contact ${contactId}`);
