import { providers } from "@charla/db/tenant/providers";
import { AppError } from "@charla/domain/errors";
import { and, eq, sql } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { requireReachable } from "../outside/require-reachable.ts";
import { fetchProvider, sealProviderKey, writeProviderRecord } from "./internal.ts";
import { type ProviderOut, type UpdateProviderInput, hintOf, toProviderOut } from "./schemas.ts";

export async function updateProvider(ctx: Ctx, id: string, input: UpdateProviderInput): Promise<ProviderOut> {
  requirePermission(ctx, "providers.write");
  if (input.baseUrl !== undefined) requireReachable(ctx, [{ path: "baseUrl", url: input.baseUrl }]);
  const { name, baseUrl, prices, sealedKey, keyHint } = await fetchProvider(ctx, id);
  const key = input.apiKey;
  const unchanged = input.ifVersion === undefined ? undefined : eq(providers.version, input.ifVersion);
  const [row] = await ctx.db.orm
    .update(providers)
    .set({
      name: input.name ?? name,
      baseUrl: input.baseUrl ?? baseUrl,
      prices: input.prices ?? prices,
      sealedKey: key === undefined ? sealedKey : await sealProviderKey(ctx, id, key),
      keyHint: key === undefined ? keyHint : hintOf(key),
      version: sql`${providers.version} + 1`,
      updatedAt: ctx.now(),
    })
    .where(and(eq(providers.id, id), unchanged))
    .returning();
  if (row === undefined)
    throw new AppError("PRECONDITION_FAILED", `provider ${id} is not at version ${input.ifVersion}`);
  await writeProviderRecord(ctx, row);
  return toProviderOut(row);
}
