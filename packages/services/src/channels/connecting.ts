import { type ChannelRow, channels } from "@charla/db/tenant/channels";
import { AppError } from "@charla/domain/errors";
import { and, eq, isNull, lte, or } from "drizzle-orm";
import type { Ctx } from "../context.ts";
import { fetchChannel } from "./internal.ts";

/**
 * Runs the work while nobody else connects or disconnects the channel: two at once could leave the vendor in a state
 * that neither of them reported. A lease that broke off ends by itself.
 */
export async function whileConnecting<T>(
  ctx: Ctx,
  id: string,
  leaseMs: number,
  work: (row: ChannelRow) => Promise<T>,
): Promise<T> {
  const now = ctx.now();
  const until = now + leaseMs;
  const free = or(isNull(channels.connectingUntil), lte(channels.connectingUntil, now));
  const [row] = await ctx.db.orm
    .update(channels)
    .set({ connectingUntil: until })
    .where(and(eq(channels.id, id), free))
    .returning();
  if (row === undefined) {
    await fetchChannel(ctx, id);
    throw new AppError("CONFLICT", `channel ${id} is being connected`, {
      publicMessage: {
        es: "Este canal se está conectando o desconectando en este momento",
        en: "This channel is being connected or disconnected just now",
      },
      retryAfterMs: 2_000,
    });
  }
  try {
    return await work(row);
  } finally {
    await ctx.db.orm
      .update(channels)
      .set({ connectingUntil: null })
      .where(and(eq(channels.id, id), eq(channels.connectingUntil, until)));
  }
}
