import { idempotencyKeys } from "@charla/db/control/idempotency-keys";
import { and, eq, isNull } from "drizzle-orm";
import type { PlatformCtx } from "../context.ts";
import { sealBox } from "../vault/box.ts";
import { type IdempotencyRef, aadOfAnswer } from "./begin.ts";

/** Keeps the answer for repeats. */
export async function finishIdempotent(
  { control, keyring }: PlatformCtx,
  ref: IdempotencyRef & { status: number; answer: string },
): Promise<void> {
  const sealedAnswer = await sealBox(keyring, aadOfAnswer(ref), ref.answer);
  await control.orm.update(idempotencyKeys).set({ status: ref.status, sealedAnswer }).where(unanswered(ref));
}

/** For a request that failed without effect: the same key may be used again at once. */
export async function abandonIdempotent({ control }: PlatformCtx, ref: IdempotencyRef): Promise<void> {
  await control.orm.delete(idempotencyKeys).where(unanswered(ref));
}

const unanswered = ({ scope, key }: IdempotencyRef) =>
  and(eq(idempotencyKeys.scope, scope), eq(idempotencyKeys.key, key), isNull(idempotencyKeys.status));
