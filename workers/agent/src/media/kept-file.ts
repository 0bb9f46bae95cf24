import type { FetchedMedia } from "@charla/channels/contract";
import type { Media } from "@charla/domain/inbound";
import { keptKeyOf } from "@charla/domain/kept-file";
import type { Core } from "../conversation/core.ts";

/** A file that was stored on its way in; `null` where the vendor has it. */
export async function openKept({ deps, key }: Core, { ref }: Media): Promise<FetchedMedia | null> {
  const kept = keptKeyOf(ref, key.tenantId);
  if (kept === null) return null;
  const object = await deps.files.get(kept);
  if (object === null) return { ok: false, class: "gone", message: "the file is no longer in the store" };
  return { ok: true, body: object.body, size: object.size };
}

/** The conversation has its own copy by now, which is deleted with it. */
export async function dropKept({ deps, key, head }: Core, { ref }: Media): Promise<void> {
  const kept = keptKeyOf(ref, key.tenantId);
  if (kept === null) return;
  try {
    await deps.files.delete(kept);
  } catch (error) {
    deps.log.warn("media:not_dropped", { tenantId: key.tenantId, conversationId: head.id, error });
  }
}
