import { insertQuarantined, resolveQuarantined } from "@charla/db/tenant-statements";
import { newId } from "@charla/domain/ids";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { addMetrics } from "../metrics/add.ts";
import { DEAD_LETTERS } from "../metrics/counters.ts";
import { addressHash, type BlindIndex, blindIndexOf } from "../vault/blind-index.ts";
import { unwrap } from "../vault/keyring.ts";
import { seal } from "../vault/seal.ts";
import { aadOfLetter } from "./internal.ts";
import type { QuarantineInput } from "./schemas.ts";

const MAX_RAW = 16_384;

const fingerprintOf = (index: BlindIndex, channelId: string, raw: string): Promise<string> =>
  addressHash(index, `quarantine:${channelId}`, raw);

/** Keeps events that could not be read where a person can see them. The same event again is the same letter. */
export async function quarantine(ctx: Ctx, { channelId, items }: QuarantineInput): Promise<void> {
  requirePermission(ctx, "dead_letters.write");
  const now = ctx.now();
  const index = await blindIndexOf(await unwrap(ctx.keyring, ctx.wrappedKey));
  const rows = await Promise.all(
    items.map(async ({ reason, raw }) => {
      const id = newId("deadLetter", now);
      const body = JSON.stringify({ reason, raw: raw.slice(0, MAX_RAW) });
      const sealed = await seal(ctx.keyring, ctx.wrappedKey, aadOfLetter(ctx.tenantId, id), body);
      return [id, channelId, await fingerprintOf(index, channelId, raw), sealed, now];
    }),
  );
  if (rows.length === 0) return;
  const { meta } = await ctx.db.d1.prepare(insertQuarantined).bind(JSON.stringify(rows)).run();
  await addMetrics(ctx.control, [{ name: DEAD_LETTERS, labels: "", value: meta.changes }]);
}

/** Events that were kept so and have reached their conversation after all. */
export async function release(
  ctx: Ctx,
  { channelId, raws }: { channelId: string; raws: readonly string[] },
): Promise<void> {
  requirePermission(ctx, "dead_letters.write");
  const index = await blindIndexOf(await unwrap(ctx.keyring, ctx.wrappedKey));
  const fingerprints = await Promise.all(raws.map((raw) => fingerprintOf(index, channelId, raw)));
  const { meta } = await ctx.db.d1.prepare(resolveQuarantined).bind(JSON.stringify(fingerprints)).run();
  await addMetrics(ctx.control, [{ name: DEAD_LETTERS, labels: "", value: -meta.changes }]);
}
