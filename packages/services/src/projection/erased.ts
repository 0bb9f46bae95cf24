import { selectErased } from "@charla/db/projection/statements";
import type { ProjectionEvent } from "@charla/domain/projection";
import type { Ctx } from "../context.ts";

type Told = Pick<ProjectionEvent, "tenantId"> & { conversation: Pick<ProjectionEvent["conversation"], "contactId"> };

/** A queue is late: what it still brings of a log that was erased is dropped. */
export async function withoutErased<T extends Told>(ctx: Ctx, events: readonly T[]): Promise<T[]> {
  const ids = [...new Set(events.map(({ conversation }) => conversation.contactId))];
  if (ids.length === 0) return [];
  const { results } = await ctx.db.d1.prepare(selectErased).bind(JSON.stringify(ids)).all<{ id: string }>();
  const erased = new Set(results.map(({ id }) => id));
  return events.filter(({ conversation }) => !erased.has(conversation.contactId));
}
