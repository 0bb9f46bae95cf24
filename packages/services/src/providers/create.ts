import { providers } from "@charla/db/tenant/providers";
import { AppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { sealProviderKey, writeProviderRecord } from "./internal.ts";
import { type CreateProviderInput, type ProviderOut, hintOf, toProviderOut } from "./schemas.ts";

export async function createProvider(ctx: Ctx, { apiKey, ...input }: CreateProviderInput): Promise<ProviderOut> {
  requirePermission(ctx, "providers.write");
  const now = ctx.now();
  const id = newId("provider", now);
  const sealedKey = await sealProviderKey(ctx, id, apiKey);
  const [row] = await ctx.db.orm
    .insert(providers)
    .values({ ...input, id, sealedKey, keyHint: hintOf(apiKey), version: 1, createdAt: now, updatedAt: now })
    .returning();
  if (row === undefined) throw new AppError("INTERNAL", `provider ${id} was not written`);
  await writeProviderRecord(ctx, row);
  return toProviderOut(row);
}
