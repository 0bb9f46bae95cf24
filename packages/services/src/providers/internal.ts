import { type ProviderRow, providers } from "@charla/db/tenant/providers";
import { type ProviderRecord, providerKvKey } from "@charla/domain/channel-record";
import { AppError } from "@charla/domain/errors";
import { eq } from "drizzle-orm";
import type { Ctx } from "../context.ts";
import { aadOf, seal } from "../vault/seal.ts";

export async function fetchProvider({ db }: Ctx, id: string): Promise<ProviderRow> {
  const [row] = await db.orm.select().from(providers).where(eq(providers.id, id)).limit(1);
  if (row === undefined) throw new AppError("NOT_FOUND", `no provider ${id}`);
  return row;
}

export function sealProviderKey({ keyring, wrappedKey, tenantId }: Ctx, id: string, key: string): Promise<string> {
  return seal(keyring, wrappedKey, aadOf(tenantId, id, "key"), key);
}

/** The copy that model calls read. */
export async function writeProviderRecord(ctx: Ctx, row: ProviderRow): Promise<void> {
  const { id, kind, baseUrl, sealedKey, prices } = row;
  const record: ProviderRecord = {
    v: 1,
    id,
    tenantId: ctx.tenantId,
    kind,
    baseUrl,
    sealedKey,
    wrappedKey: ctx.wrappedKey,
    prices,
  };
  await ctx.config.put(providerKvKey(ctx.tenantId, id), JSON.stringify(record));
}
