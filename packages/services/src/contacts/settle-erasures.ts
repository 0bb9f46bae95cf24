import { earlierOwners } from "@charla/db/erasure/statements";
import { erasures, type ErasureRow } from "@charla/db/tenant/erasures";
import { eq, isNull } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { destroyContactKey } from "../vault/contact-keys.ts";
import { eraseContact, proceed } from "./erase.ts";
import type { Outside } from "./erase-conversation.ts";

/** By then every queue has delivered or given up what was under way. */
const SETTLES_MS = 3_600_000;
const AT_ONCE = 20;

/** Goes on with what broke off, and looks for what was under way when it was asked for; how many there were. */
export async function settleErasures(ctx: Ctx, outside: Outside): Promise<number> {
  requirePermission(ctx, "contacts.erase");
  const open = await ctx.db.orm
    .select()
    .from(erasures)
    .where(isNull(erasures.settledAt))
    .orderBy(erasures.requestedAt)
    .limit(AT_ONCE);
  for (const erasure of open) {
    if (erasure.doneAt === null) await proceed(ctx, erasure, outside);
    else await settle(ctx, erasure, outside);
  }
  return open.length;
}

/** A conversation that the lists did not know yet came to them as somebody new, who was there before all the same. */
async function settle(ctx: Ctx, { contactId, requestedAt, addresses }: ErasureRow, outside: Outside): Promise<void> {
  const { d1, orm } = ctx.db;
  const { results } = await d1
    .prepare(earlierOwners)
    .bind(JSON.stringify(addresses ?? []), requestedAt)
    .all<{ id: string }>();
  for (const { id } of results) await eraseContact(ctx, id, outside);
  // A projection that was refused may have made one.
  await destroyContactKey(ctx, contactId);
  if (ctx.now() - requestedAt < SETTLES_MS) return;
  await orm.update(erasures).set({ settledAt: ctx.now(), addresses: null }).where(eq(erasures.contactId, contactId));
}
