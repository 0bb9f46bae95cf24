import {
  insertAddresses,
  refuseErased,
  selectAddresses,
  selectConversationContacts,
} from "@charla/db/projection/statements";
import type { Database } from "@charla/db/database";
import type { Ctx } from "../context.ts";
import { addressHash, type BlindIndex, blindIndexOf } from "../vault/blind-index.ts";
import { contactKey, newContactKey } from "../vault/contact-keys.ts";
import { sealWith } from "../vault/data-key.ts";
import { unwrap } from "../vault/keyring.ts";
import { Lru } from "../vault/lru.ts";
import { aadOf } from "../vault/seal.ts";
import type { Merged } from "./merge.ts";

/** Whose conversation it is, as far as this isolate has written it. */
export type Person = { contactId: string; sealedThread: string; fingerprint: string };

export type People = {
  of: (conversationId: string) => Person;
  /** Rows of `contacts` that are new or have changed. */
  contacts: unknown[][];
  /** To be called when everything is written: from then on nothing of it is asked or written again. */
  remember: () => void;
};

const CACHED_CONVERSATIONS = 10_000;
const caches = new WeakMap<Database, Lru<Person>>();

const fingerprintOf = ({ contact, contactId }: Merged["conversation"]): string =>
  JSON.stringify([contactId, contact.name, contact.locale, contact.address, contact.aliases]);

export async function peopleOf(ctx: Ctx, batch: readonly Merged[]): Promise<People> {
  const cache = cacheOf(ctx.db.d1);
  const people = new Map<string, Person>();
  const changed: Merged[] = [];
  for (const merged of batch) {
    const known = cache.get(merged.conversation.id);
    if (known?.fingerprint === fingerprintOf(merged.conversation)) people.set(merged.conversation.id, known);
    else changed.push(merged);
  }
  const contacts = changed.length === 0 ? [] : await introduce(ctx, changed, people);
  return {
    of: (conversationId) => {
      const person = people.get(conversationId);
      if (person === undefined) throw new Error(`No contact was found for ${conversationId}`);
      return person;
    },
    contacts,
    remember: () => {
      for (const { conversation } of changed) {
        const person = people.get(conversation.id);
        if (person !== undefined) cache.set(conversation.id, person);
      }
    },
  };
}

function cacheOf(database: Database): Lru<Person> {
  const known = caches.get(database);
  if (known !== undefined) return known;
  const fresh = new Lru<Person>(CACHED_CONVERSATIONS);
  caches.set(database, fresh);
  return fresh;
}

type Address = { kind: string; hash: string; address: string };

/** Finds or makes the contacts of conversations this isolate does not know yet, or whose contact has changed. */
async function introduce(ctx: Ctx, batch: readonly Merged[], people: Map<string, Person>): Promise<unknown[][]> {
  const index = await blindIndexOf(await unwrap(ctx.keyring, ctx.wrappedKey));
  const items = await Promise.all(
    batch.map(async (merged) => ({ merged, addresses: await addressesOf(index, merged) })),
  );
  const all = items.flatMap(({ addresses }) => addresses);
  const ids = JSON.stringify(batch.map(({ conversation }) => conversation.id));
  const [owners, conversations] = await ctx.db.d1.batch<Record<string, string>>([
    ctx.db.d1.prepare(selectAddresses).bind(keysOf(all)),
    ctx.db.d1.prepare(selectConversationContacts).bind(ids),
  ]);
  const contactOf = ownersOf(owners?.results ?? []);
  const settled = new Map((conversations?.results ?? []).map((row) => [row["id"] ?? "", row["contact_id"] ?? ""]));

  const strangers = items.filter(({ merged, addresses }) => {
    const known = addresses.some((address) => contactOf.has(keyOf(address)));
    claim(contactOf, addresses, merged.conversation.contactId);
    return !known && !settled.has(merged.conversation.id);
  });
  await Promise.all(strangers.map(({ merged }) => newContactKey(ctx, merged.conversation.contactId)));
  await writeAddresses(ctx, contactOf, all, new Set((owners?.results ?? []).map(keyOfRow)));

  return Promise.all(
    items.map(async ({ merged, addresses }) => {
      const { conversation, sentAt } = merged;
      const [main] = addresses;
      const owner = main === undefined ? undefined : contactOf.get(keyOf(main));
      const contactId = settled.get(conversation.id) ?? owner ?? conversation.contactId;
      const key = await contactKey(ctx, contactId);
      const { name, locale } = conversation.contact;
      const [sealedThread, sealedName] = await Promise.all([
        sealWith(key, aadOf(ctx.tenantId, conversation.id, "thread"), conversation.thread),
        name === undefined ? null : sealWith(key, aadOf(ctx.tenantId, contactId, "name"), name),
      ]);
      people.set(conversation.id, { contactId, sealedThread, fingerprint: fingerprintOf(conversation) });
      return [contactId, sealedName, locale ?? null, conversation.createdAt, sentAt];
    }),
  );
}

/** The owner of the address itself, else of an alias, else the contact of the event: it gets what has no owner yet. */
function claim(contactOf: Map<string, string>, addresses: readonly Address[], candidate: string): void {
  const owner =
    addresses.map((address) => contactOf.get(keyOf(address))).find((found) => found !== undefined) ?? candidate;
  for (const address of addresses) if (!contactOf.has(keyOf(address))) contactOf.set(keyOf(address), owner);
}

/** Another isolate may introduce the same people at this moment: what stands in the table afterwards counts. */
async function writeAddresses(
  ctx: Ctx,
  contactOf: Map<string, string>,
  addresses: readonly Address[],
  present: ReadonlySet<string>,
): Promise<void> {
  const missing = addresses.filter((address) => !present.has(keyOf(address)));
  if (missing.length === 0) return;
  const now = ctx.now();
  const rows = await Promise.all(
    missing.map(async (address) => {
      const contactId = contactOf.get(keyOf(address)) ?? "";
      const aad = aadOf(ctx.tenantId, contactId, `address:${address.hash}`);
      return [
        address.kind,
        address.hash,
        contactId,
        await sealWith(await contactKey(ctx, contactId), aad, address.address),
        now,
      ];
    }),
  );
  const claimants = JSON.stringify([...new Set(rows.map(([, , contactId]) => contactId))]);
  const [, , owners] = await ctx.db.d1.batch<Record<string, string>>([
    ctx.db.d1.prepare(refuseErased).bind(claimants),
    ctx.db.d1.prepare(insertAddresses).bind(JSON.stringify(rows)),
    ctx.db.d1.prepare(selectAddresses).bind(keysOf(missing)),
  ]);
  for (const [key, owner] of ownersOf(owners?.results ?? [])) contactOf.set(key, owner);
}

async function addressesOf(index: BlindIndex, { conversation }: Merged): Promise<Address[]> {
  const kind = conversation.channelKind;
  const distinct = [...new Set([conversation.contact.address, ...(conversation.contact.aliases ?? [])])];
  return Promise.all(
    distinct.map(async (address) => ({ kind, address, hash: await addressHash(index, kind, address) })),
  );
}

const keyOf = ({ kind, hash }: Address): string => `${kind}|${hash}`;
const keyOfRow = (row: Record<string, string>): string => `${row["channel_kind"]}|${row["address_hash"]}`;
const keysOf = (addresses: readonly Address[]): string =>
  JSON.stringify(addresses.map(({ kind, hash }) => [kind, hash]));

const ownersOf = (rows: Record<string, string>[]): Map<string, string> =>
  new Map(rows.map((row) => [keyOfRow(row), row["contact_id"] ?? ""]));
