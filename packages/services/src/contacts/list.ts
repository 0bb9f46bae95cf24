import { contactAddresses } from "@charla/db/tenant/contact-addresses";
import { contacts } from "@charla/db/tenant/contacts";
import { erasures } from "@charla/db/tenant/erasures";
import { AppError } from "@charla/domain/errors";
import { and, desc, eq, inArray, lt, notInArray } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { IdCursor, type Page, parseCursor, toPage } from "../paging.ts";
import { addressHash, blindIndexOf } from "../vault/blind-index.ts";
import { unwrap } from "../vault/keyring.ts";
import { toContactsOut } from "./internal.ts";
import type { ContactOut, ListContactsInput } from "./schemas.ts";

/** The newest first. An address is looked for by its hash: addresses themselves are sealed. */
export async function listContacts(ctx: Ctx, input: ListContactsInput): Promise<Page<ContactOut>> {
  requirePermission(ctx, "contacts.read");
  const { channelKind, address, limit } = input;
  const [before] = parseCursor(input.cursor, IdCursor) ?? [];
  if ((channelKind === undefined) !== (address === undefined))
    throw new AppError("BAD_REQUEST", "address without kind", {
      fields: [{ path: "query.address", message: "Together with channelKind" }],
    });
  const { orm } = ctx.db;
  const rows = await orm
    .select()
    .from(contacts)
    .where(
      and(
        before === undefined ? undefined : lt(contacts.id, before),
        channelKind === undefined || address === undefined
          ? undefined
          : inArray(
              contacts.id,
              orm
                .select({ id: contactAddresses.contactId })
                .from(contactAddresses)
                .where(
                  and(
                    eq(contactAddresses.channelKind, channelKind),
                    eq(contactAddresses.addressHash, await hashOf(ctx, channelKind, address)),
                  ),
                ),
            ),
        notInArray(contacts.id, orm.select({ id: erasures.contactId }).from(erasures)),
      ),
    )
    .orderBy(desc(contacts.id))
    .limit(limit + 1);
  const page = toPage(
    rows,
    limit,
    ({ id }) => [id],
    (row) => row,
  );
  return { data: await toContactsOut(ctx, page.data), nextCursor: page.nextCursor };
}

const hashOf = async (ctx: Ctx, kind: string, address: string): Promise<string> =>
  addressHash(await blindIndexOf(await unwrap(ctx.keyring, ctx.wrappedKey)), kind, address);
