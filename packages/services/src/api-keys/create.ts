import { apiKeys } from "@charla/db/control/api-keys";
import { AppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import { grantsOf, requirePermission } from "../auth/permissions.ts";
import { newToken, tokenHash } from "../auth/token.ts";
import { type Ctx, actorName } from "../context.ts";
import { type ApiKeyCreated, type CreateApiKeyInput, toApiKeyOut } from "./schemas.ts";

/** Nobody can grant more than they have. The key itself is in this answer and nowhere else. */
export async function createApiKey(ctx: Ctx, { name, scopes, expiresAt }: CreateApiKeyInput): Promise<ApiKeyCreated> {
  requirePermission(ctx, "api_keys.write");
  const grants = grantsOf(ctx.actor);
  const excess = scopes.find((scope) => !grants.includes(scope));
  if (excess !== undefined)
    throw new AppError("FORBIDDEN", `grants ${excess}`, {
      publicMessage: { es: `No puedes dar el permiso ${excess}`, en: `You cannot grant ${excess}` },
    });
  const now = ctx.now();
  const key = newToken("ck_");
  const [row] = await ctx.control.orm
    .insert(apiKeys)
    .values({
      id: newId("apiKey", now),
      tenantId: ctx.tenantId,
      name,
      hash: await tokenHash(key),
      hint: key.slice(-4),
      scopes: [...new Set(scopes)],
      createdBy: actorName(ctx.actor),
      createdAt: now,
      expiresAt: expiresAt === undefined ? null : Date.parse(expiresAt),
    })
    .returning();
  if (row === undefined) throw new AppError("INTERNAL", "the API key was not written");
  return { ...toApiKeyOut(row), key };
}
