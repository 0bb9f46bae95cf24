import { contactAddresses } from "@charla/db/tenant/contact-addresses";
import type { contacts } from "@charla/db/tenant/contacts";
import { erasures, type ErasureRow } from "@charla/db/tenant/erasures";
import { asc, eq, inArray } from "drizzle-orm";
import type { Ctx } from "../context.ts";
import { openField } from "../conversations/reader.ts";
import { isoTime } from "../paging.ts";
import type { ContactOut, ErasureOut } from "./schemas.ts";

type ContactRow = typeof contacts.$inferSelect;

/** At most a page of them. */
export async function toContactsOut(ctx: Ctx, rows: readonly ContactRow[]): Promise<ContactOut[]> {
  const ids = rows.map(({ id }) => id);
  const known = await ctx.db.orm
    .select()
    .from(contactAddresses)
    .where(inArray(contactAddresses.contactId, ids))
    .orderBy(asc(contactAddresses.createdAt));
  return Promise.all(
    rows.map(async ({ id, sealedName, locale, createdAt, updatedAt }) => {
      const own = known.filter(({ contactId }) => contactId === id);
      const addresses = await Promise.all(
        own.map(async ({ channelKind, addressHash, sealedAddress }) => {
          const address = await openField(ctx, id, id, `address:${addressHash}`, sealedAddress);
          return address === null ? [] : [{ channelKind, address }];
        }),
      );
      return {
        id,
        name: await openField(ctx, id, id, "name", sealedName),
        locale,
        addresses: addresses.flat(),
        createdAt: isoTime(createdAt),
        updatedAt: isoTime(updatedAt),
      };
    }),
  );
}

export async function findErasure(ctx: Ctx, contactId: string): Promise<ErasureRow | undefined> {
  const [row] = await ctx.db.orm.select().from(erasures).where(eq(erasures.contactId, contactId)).limit(1);
  return row;
}

export function toErasureOut(row: ErasureRow): ErasureOut {
  const { contactId, requestedBy, requestedAt, doneAt, conversations, messages, files } = row;
  return {
    contactId,
    state: doneAt === null ? "running" : "done",
    requestedBy,
    requestedAt: isoTime(requestedAt),
    doneAt: doneAt === null ? null : isoTime(doneAt),
    conversations,
    messages,
    files,
  };
}
