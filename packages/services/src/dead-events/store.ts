import { deadEvents } from "@charla/db/control/dead-events";
import { newId } from "@charla/domain/ids";
import { requirePermission } from "../auth/permissions.ts";
import type { PlatformCtx } from "../context.ts";
import { sealBox } from "../vault/box.ts";
import { aadOfEvent } from "./internal.ts";

export type DeadEventInput = { queue: string; tenantId?: string; reason: string; body: string };

/** A queue message that every retry failed on; kept until a person has looked at it. */
export async function storeDeadEvent(
  platform: PlatformCtx,
  { queue, tenantId, reason, body }: DeadEventInput,
): Promise<string> {
  requirePermission(platform, "tenants.write");
  const at = platform.now();
  const id = newId("event", at);
  const sealedBody = await sealBox(platform.keyring, aadOfEvent(id), body);
  await platform.control.orm
    .insert(deadEvents)
    .values({ id, queue, tenantId: tenantId ?? null, reason, sealedBody, at });
  return id;
}
