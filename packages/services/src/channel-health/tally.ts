import { addHours, dropHours, moveTally, newestNumber } from "@charla/db/channel-health/statements";
import * as z from "zod";
import type { Ctx } from "../context.ts";
import { readMark } from "./marks.ts";
import { HOUR_MS } from "./rhythm.ts";

/** `hour`: the next to be counted. `before`: where the hour before began, so that the last hour is always within what follows it. */
const Tally = z.object({ hour: z.number(), number: z.number(), before: z.number() });

const KEY = "tally";
const KEPT_HOURS = 10 * 168;
/** One statement must not run for long, whatever a tenant has stored before it was first counted. */
const MESSAGES_AT_ONCE = 50_000;
const STEPS = 20;

/** Messages after this number are those of the last hour and a few more; null where nothing was ever counted. */
export const lastTally = async (ctx: Ctx): Promise<number | null> =>
  (await readMark(ctx, KEY, Tally)).value?.before ?? null;

/**
 * Once an hour, what has come in since the last time goes into the hours it came in. The few minutes of the running hour
 * that go with it count a conversation twice at worst. Null while it is still far behind.
 */
export async function tallyHours(ctx: Ctx, now: number): Promise<number | null> {
  const hour = Math.floor(now / HOUR_MS);
  const { d1 } = ctx.db;
  for (let step = 0; step < STEPS; step++) {
    const { text, value: mark } = await readMark(ctx, KEY, Tally);
    if (mark !== undefined && mark.hour >= hour) return mark.before;
    const from = mark?.number ?? 0;
    const newest = (await d1.prepare(newestNumber).first<number>("number")) ?? 0;
    const upTo = Math.min(newest, from + MESSAGES_AT_ONCE);
    const next = { hour: upTo < newest ? (mark?.hour ?? 0) : hour, number: upTo, before: from };
    await d1.batch([
      d1.prepare(addHours).bind(from, upTo, text, now),
      d1.prepare(moveTally).bind(text, JSON.stringify(next)),
      d1.prepare(dropHours).bind(hour - KEPT_HOURS),
    ]);
  }
  return null;
}
