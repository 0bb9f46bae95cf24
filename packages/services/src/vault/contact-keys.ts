import { fromBase64Url, randomBytes, toBase64Url } from "./bytes.ts";
import { KEY_BYTES, type SealKey, importSealKey, newKeyId, openWith, sealWith } from "./data-key.ts";
import { type Keyring, unwrap } from "./keyring.ts";
import { Lru } from "./lru.ts";
import { aadOf } from "./seal.ts";
import { vaultError } from "./vault-error.ts";

/** The part of an R2 bucket that is used. */
export type Files = {
  get(key: string): Promise<{ text(): Promise<string> } | null>;
  put(key: string, value: string, options: { onlyIf: { etagDoesNotMatch: string } }): Promise<unknown>;
  delete(key: string): Promise<unknown>;
};
export type TenantKey = { tenantId: string; wrappedKey: string; keyring: Keyring; files: Files };

const CACHED_KEYS = 4096;
// An erased contact must be unreadable everywhere within a minute, so no isolate trusts a copy for longer.
const MAX_AGE_MS = 50_000;
const FIELD = "contact-key";

const caches = new WeakMap<Keyring, Lru<SealKey>>();

export function contactKeyPath(tenantId: string, contactId: string): string {
  return `tenants/${tenantId}/contact-keys/${contactId}`;
}

/** The contact's own key; made on first use. Its wrapped form lives only in R2, where deleting it is final. */
export async function contactKey(tenant: TenantKey, contactId: string): Promise<SealKey> {
  const cache = cacheOf(tenant.keyring);
  const path = contactKeyPath(tenant.tenantId, contactId);
  const known = cache.get(path);
  if (known !== undefined) return known;
  const key = (await load(tenant, contactId)) ?? (await create(tenant, contactId));
  cache.set(path, key);
  return key;
}

/** The same for a contact that nobody has written about yet, as far as is known: nothing is looked for before it is made. */
export async function newContactKey(tenant: TenantKey, contactId: string): Promise<SealKey> {
  const cache = cacheOf(tenant.keyring);
  const path = contactKeyPath(tenant.tenantId, contactId);
  const key = cache.get(path) ?? (await create(tenant, contactId));
  cache.set(path, key);
  return key;
}

/** For reading: an erased contact has no key, and none is made. */
export async function existingContactKey(tenant: TenantKey, contactId: string): Promise<SealKey | null> {
  const cache = cacheOf(tenant.keyring);
  const path = contactKeyPath(tenant.tenantId, contactId);
  const known = cache.get(path);
  if (known !== undefined) return known;
  const key = await load(tenant, contactId);
  if (key !== undefined) cache.set(path, key);
  return key ?? null;
}

export async function sealForContact(
  tenant: TenantKey,
  contactId: string,
  field: string,
  text: string,
): Promise<string> {
  return sealWith(await contactKey(tenant, contactId), aadOf(tenant.tenantId, contactId, field), text);
}

/** `null` where the contact was erased. */
export async function openForContact(
  tenant: TenantKey,
  contactId: string,
  field: string,
  sealed: string,
): Promise<string | null> {
  const key = await existingContactKey(tenant, contactId);
  return key === null ? null : openWith(key, aadOf(tenant.tenantId, contactId, field), sealed);
}

/** Shreds every sealed copy of the contact's personal fields, backups included. */
export async function destroyContactKey(tenant: TenantKey, contactId: string): Promise<void> {
  await tenant.files.delete(contactKeyPath(tenant.tenantId, contactId));
  cacheOf(tenant.keyring).delete(contactKeyPath(tenant.tenantId, contactId));
}

function cacheOf(keyring: Keyring): Lru<SealKey> {
  const known = caches.get(keyring);
  if (known !== undefined) return known;
  const fresh = new Lru<SealKey>(CACHED_KEYS, MAX_AGE_MS);
  caches.set(keyring, fresh);
  return fresh;
}

async function load(tenant: TenantKey, contactId: string): Promise<SealKey | undefined> {
  const object = await tenant.files.get(contactKeyPath(tenant.tenantId, contactId));
  return object === null ? undefined : unpack(tenant, contactId, await object.text());
}

async function create(tenant: TenantKey, contactId: string): Promise<SealKey> {
  const id = newKeyId();
  const raw = randomBytes(KEY_BYTES);
  const wrapped = await sealWith(
    await unwrap(tenant.keyring, tenant.wrappedKey),
    aadOf(tenant.tenantId, contactId, FIELD),
    `${id}.${toBase64Url(raw)}`,
  );
  const written = await tenant.files.put(contactKeyPath(tenant.tenantId, contactId), wrapped, {
    onlyIf: { etagDoesNotMatch: "*" },
  });
  if (written !== null) return importSealKey(id, raw);
  // Somebody else was first; what they made is the contact's key.
  const winner = await load(tenant, contactId);
  if (winner === undefined) throw vaultError("a contact key vanished while it was made");
  return winner;
}

async function unpack(tenant: TenantKey, contactId: string, wrapped: string): Promise<SealKey> {
  const tenantKey = await unwrap(tenant.keyring, tenant.wrappedKey);
  const [id, raw] = (await openWith(tenantKey, aadOf(tenant.tenantId, contactId, FIELD), wrapped)).split(".");
  if (id === undefined || raw === undefined) throw vaultError("not a contact key");
  return importSealKey(id, fromBase64Url(raw));
}
