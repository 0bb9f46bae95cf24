import { oneTimeLinks } from "@charla/db/control/one-time-links";
import { requirePermission } from "../auth/permissions.ts";
import { newToken, tokenHash } from "../auth/token.ts";
import type { PlatformCtx } from "../context.ts";
import { isoTime } from "../paging.ts";
import { fetchTenant } from "../tenants/internal.ts";

export type CreateLinkInput = { tenantId: string; subject: string; returnTo: string };

const VALID_MS = 15 * 60_000;

/** A link that signs somebody in once. Only its hash is stored. */
export async function createLink(
  platform: PlatformCtx,
  input: CreateLinkInput,
): Promise<{ token: string; expiresAt: string }> {
  requirePermission(platform, "tenants.write");
  await fetchTenant(platform, input.tenantId);
  const token = newToken();
  const createdAt = platform.now();
  const expiresAt = createdAt + VALID_MS;
  await platform.control.orm
    .insert(oneTimeLinks)
    .values({ ...input, tokenHash: await tokenHash(token), createdAt, expiresAt });
  return { token, expiresAt: isoTime(expiresAt) };
}
