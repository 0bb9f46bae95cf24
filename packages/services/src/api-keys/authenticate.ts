import { apiKeys } from "@charla/db/control/api-keys";
import { eq } from "drizzle-orm";
import * as z from "zod";
import { Permission } from "../auth/permissions.ts";
import { tokenHash } from "../auth/token.ts";
import type { Actor, PlatformCtx } from "../context.ts";

const SHAPE = /^ck_[A-Za-z0-9_-]{43}$/;
const Scopes = z.array(Permission);
// Writing at every request would make the control plane the bottleneck of reading.
const LAST_USE_GRAIN_MS = 5 * 60_000;

/** Who the key belongs to; `null` where it is unknown, revoked or expired. */
export async function authenticateApiKey(
  { control, now }: Pick<PlatformCtx, "control" | "now">,
  key: string,
): Promise<Actor | null> {
  if (!SHAPE.test(key)) return null;
  const hash = await tokenHash(key);
  const [row] = await control.orm.select().from(apiKeys).where(eq(apiKeys.hash, hash)).limit(1);
  const at = now();
  if (row === undefined || row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= at)) return null;
  if (at - (row.lastUsedAt ?? 0) > LAST_USE_GRAIN_MS) {
    await control.orm.update(apiKeys).set({ lastUsedAt: at }).where(eq(apiKeys.id, row.id));
  }
  const { id, tenantId, expiresAt } = row;
  return { type: "api_key", id, tenantId, scopes: Scopes.parse(row.scopes), ...(expiresAt !== null && { expiresAt }) };
}
