import { beginIdempotency } from "@charla/db/control/statements";
import { idempotencyKeys } from "@charla/db/control/idempotency-keys";
import { AppError } from "@charla/domain/errors";
import { and, eq } from "drizzle-orm";
import type { PlatformCtx } from "../context.ts";
import { openBox } from "../vault/box.ts";
import { aadOf } from "../vault/seal.ts";

/** `scope` is the tenant's id, or `platform`. */
export type IdempotencyRef = { scope: string; key: string };
export type Begun = { state: "new" } | { state: "running" } | { state: "replay"; status: number; answer: string };

const KEPT_MS = 24 * 60 * 60_000;
// A request that neither answered nor failed by then has lost its process, and may be tried again.
const ABANDONED_MS = 60_000;

export const aadOfAnswer = ({ scope, key }: IdempotencyRef): string => aadOf(scope, key, "idempotent-answer");

/** Of any number of requests with one key exactly one is `new`. */
export async function beginIdempotent(
  { control, keyring, now }: PlatformCtx,
  ref: IdempotencyRef & { requestHash: string },
): Promise<Begun> {
  const at = now();
  const { meta } = await control.d1
    .prepare(beginIdempotency)
    .bind(ref.scope, ref.key, ref.requestHash, at, at + KEPT_MS, at - ABANDONED_MS)
    .run();
  if (meta.changes === 1) return { state: "new" };
  const [row] = await control.orm
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.scope, ref.scope), eq(idempotencyKeys.key, ref.key)))
    .limit(1);
  // Given up by the other request at this very moment.
  if (row === undefined) return { state: "running" };
  if (row.requestHash !== ref.requestHash)
    throw new AppError("IDEMPOTENCY_MISMATCH", "idempotency key was used for another request");
  if (row.status === null || row.sealedAnswer === null) return { state: "running" };
  return { state: "replay", status: row.status, answer: await openBox(keyring, aadOfAnswer(ref), row.sealedAnswer) };
}
