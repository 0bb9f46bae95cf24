import type { Ctx } from "../context.ts";
import { existingContactKey } from "../vault/contact-keys.ts";
import { openWith } from "../vault/data-key.ts";
import { aadOf } from "../vault/seal.ts";

/** Opens what belongs to a contact; `null` where the contact was erased or there is nothing. */
export async function openField(
  ctx: Ctx,
  contactId: string,
  recordId: string,
  field: string,
  sealed: string | null,
): Promise<string | null> {
  if (sealed === null) return null;
  const key = await existingContactKey(ctx, contactId);
  return key === null ? null : openWith(key, aadOf(ctx.tenantId, recordId, field), sealed);
}

export const rowRecord = (conversationId: string, seq: number): string => `${conversationId}:${seq}`;
