import type { ConnectCheck } from "@charla/domain/channel-connection";
import { isAppError } from "@charla/domain/errors";
import { ModelVendor } from "@charla/domain/model-vendor";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { aadOf, open } from "../vault/seal.ts";
import { askModels, type ModelsAnswer, type OpenProvider, type Outside } from "./ask-models.ts";
import { say, worksWith } from "./check-words.ts";
import { fetchProvider } from "./internal.ts";
import type { ProviderCheckOut } from "./schemas.ts";

/** Whether the key works, found out without a paid call. What is wrong is in the report, not in the status. */
export async function checkProvider(ctx: Ctx, id: string, outside: Outside): Promise<ProviderCheckOut> {
  requirePermission(ctx, "providers.write");
  const { kind, baseUrl, sealedKey } = await fetchProvider(ctx, id);
  const apiKey = await open(ctx.keyring, ctx.wrappedKey, aadOf(ctx.tenantId, id, "key"), sealedKey);
  const answer = await asked({ kind: ModelVendor.parse(kind), baseUrl, apiKey }, outside);
  if ("models" in answer)
    return { works: true, checks: [worksWith(answer.models.length)], models: answer.models.toSorted() };
  const check = "status" in answer ? checkOf(answer.status, kind) : answer;
  return { works: check.state !== "broken", checks: [check], models: [] };
}

async function asked(provider: OpenProvider, outside: Outside): Promise<ModelsAnswer | ConnectCheck> {
  try {
    return await askModels(provider, outside);
  } catch (error) {
    return isAppError(error, "EGRESS_DENIED") ? say.addressRefused : say.noAnswer;
  }
}

/** The status alone counts, never the vendor's words: they repeat what they were sent. */
function checkOf(status: number, kind: string): ConnectCheck {
  // Google answers a wrong key with 400.
  if (status === 401 || status === 402 || status === 403 || (status === 400 && kind === "google"))
    return say.keyRefused;
  if (status === 404 || status === 405) return kind === "openai-compatible" ? say.noList : say.notModels;
  if (status === 429 || status === 529) return say.busy;
  return status >= 500 ? say.noAnswer : say.notModels;
}
