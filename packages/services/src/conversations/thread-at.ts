import { contactAddresses } from "@charla/db/tenant/contact-addresses";
import { conversations } from "@charla/db/tenant/conversations";
import { and, desc, eq } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { addressHash, blindIndexOf } from "../vault/blind-index.ts";
import { unwrap } from "../vault/keyring.ts";
import { openField } from "./reader.ts";

/** The thread of the newest conversation with whoever is known by this address on the channel, as far as the lists know. */
export async function threadAt(
  ctx: Ctx,
  { channelId, channelKind, address }: { channelId: string; channelKind: string; address: string },
): Promise<string | null> {
  requirePermission(ctx, "conversations.read");
  const index = await blindIndexOf(await unwrap(ctx.keyring, ctx.wrappedKey));
  const hash = await addressHash(index, channelKind, address);
  const known = and(eq(contactAddresses.channelKind, channelKind), eq(contactAddresses.addressHash, hash));
  const [row] = await ctx.db.orm
    .select({ id: conversations.id, contactId: conversations.contactId, sealed: conversations.sealedThread })
    .from(contactAddresses)
    .innerJoin(conversations, eq(conversations.contactId, contactAddresses.contactId))
    .where(and(known, eq(conversations.channelId, channelId)))
    .orderBy(desc(conversations.lastAt))
    .limit(1);
  return row === undefined ? null : openField(ctx, row.contactId, row.id, "thread", row.sealed);
}
