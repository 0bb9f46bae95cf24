import { providers } from "@charla/db/tenant/providers";
import { AppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import { VENDOR_BASE_URLS } from "@charla/domain/model-vendor";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { requireReachable } from "../outside/require-reachable.ts";
import { sealProviderKey, writeProviderRecord } from "./internal.ts";
import { type CreateProviderInput, type ProviderOut, hintOf, toProviderOut } from "./schemas.ts";

export async function createProvider(ctx: Ctx, { apiKey, ...input }: CreateProviderInput): Promise<ProviderOut> {
  requirePermission(ctx, "providers.write");
  const baseUrl = input.baseUrl ?? VENDOR_BASE_URLS[input.kind];
  if (input.baseUrl !== undefined) requireReachable(ctx, [{ path: "baseUrl", url: input.baseUrl }]);
  if (baseUrl === null) throw missing("baseUrl", "An OpenAI-compatible server needs its address");
  if (apiKey === "" && input.kind !== "openai-compatible") throw missing("apiKey", "This vendor needs a key");
  const now = ctx.now();
  const id = newId("provider", now);
  const sealedKey = await sealProviderKey(ctx, id, apiKey);
  const [row] = await ctx.db.orm
    .insert(providers)
    .values({ ...input, baseUrl, id, sealedKey, keyHint: hintOf(apiKey), version: 1, createdAt: now, updatedAt: now })
    .returning();
  if (row === undefined) throw new AppError("INTERNAL", `provider ${id} was not written`);
  await writeProviderRecord(ctx, row);
  return toProviderOut(row);
}

const missing = (path: string, message: string): AppError =>
  new AppError("UNPROCESSABLE", message, { fields: [{ path, message }] });
