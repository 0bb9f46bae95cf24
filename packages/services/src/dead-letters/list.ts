import { deadLetters } from "@charla/db/tenant/dead-letters";
import { and, eq, lt } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { IdCursor, type Page, parseCursor, toPage } from "../paging.ts";
import { selectLetters, toDeadLetterOut } from "./internal.ts";
import type { DeadLetterOut, ListDeadLettersInput } from "./schemas.ts";

/** Newest first. */
export async function listDeadLetters(
  ctx: Ctx,
  { state, kind, cursor, limit }: ListDeadLettersInput,
): Promise<Page<DeadLetterOut>> {
  requirePermission(ctx, "dead_letters.read");
  const [before] = parseCursor(cursor, IdCursor) ?? [];
  const where = and(
    state === undefined ? undefined : eq(deadLetters.state, state),
    kind === undefined ? undefined : eq(deadLetters.kind, kind),
    before === undefined ? undefined : lt(deadLetters.id, before),
  );
  const page = toPage(
    await selectLetters(ctx, where, limit + 1),
    limit,
    ({ row }) => [row.id],
    (found) => found,
  );
  return {
    data: await Promise.all(page.data.map((found) => toDeadLetterOut(ctx, found))),
    nextCursor: page.nextCursor,
  };
}
