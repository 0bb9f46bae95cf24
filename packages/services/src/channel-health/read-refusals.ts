import { metricCounters } from "@charla/db/control/metric-counters";
import { and, eq, inArray } from "drizzle-orm";
import * as z from "zod";
import type { Ctx } from "../context.ts";
import { REFUSED, refusedLabels } from "../metrics/counters.ts";
import { keepMark, readMark } from "./marks.ts";
import { grownBy, markTotal, type Marks } from "./refusals.ts";

const KEY = "refused";
const Kept = z.record(z.string(), z.array(z.tuple([z.number(), z.number()])));
/** D1 takes 100 bound parameters in one statement. */
const AT_ONCE = 90;

/** Deliveries of the last hour that were refused for their signature, by channel: out of the counters that `/metrics` shows. */
export class Refusals {
  readonly #marks: Record<string, Marks>;
  readonly #text: string;

  private constructor(marks: Record<string, Marks>, text: string) {
    this.#marks = marks;
    this.#text = text;
  }

  static async read(ctx: Ctx, channelIds: readonly string[], now: number): Promise<Refusals> {
    const { text, value: kept = {} } = await readMark(ctx, KEY, Kept);
    const marks: Record<string, Marks> = {};
    for (const [id, total] of await totalsOf(ctx, channelIds)) marks[id] = markTotal(kept[id] ?? [], total, now);
    return new Refusals(marks, text);
  }

  of = (channelId: string): number => grownBy(this.#marks[channelId] ?? []);

  /** What is not kept is measured against what was, the next time. */
  async keep(ctx: Ctx): Promise<void> {
    if (Object.keys(this.#marks).length > 0 && JSON.stringify(this.#marks) !== this.#text)
      await keepMark(ctx, KEY, this.#marks);
  }
}

async function totalsOf(ctx: Ctx, channelIds: readonly string[]): Promise<Map<string, number>> {
  const byLabels = new Map(channelIds.map((id) => [refusedLabels(ctx.tenantId, id), id]));
  const labels = [...byLabels.keys()];
  const totals = new Map<string, number>();
  for (let from = 0; from < labels.length; from += AT_ONCE) {
    const some = labels.slice(from, from + AT_ONCE);
    const rows = await ctx.control.orm
      .select()
      .from(metricCounters)
      .where(and(eq(metricCounters.name, REFUSED), inArray(metricCounters.labels, some)));
    for (const { labels: found, value } of rows) totals.set(byLabels.get(found) ?? "", value);
  }
  return totals;
}
