/** An amount to add to a running total. Labels are written as Prometheus prints them. */
export type MetricDelta = { name: string; labels: string; value: number };

/** The one total that also falls. */
export const DEAD_LETTERS = "charla_dead_letters";
export const PARKED = "charla_conversations_parked";

/** Refusals for overload, by area, reason and, where it is known, tenant. */
export const SHED = "charla_shed_total";

/** Deliveries whose signature was wrong. Ids hold nothing that Prometheus would have escaped. */
export const REFUSED = "charla_webhooks_refused_total";
export const refusedLabels = (tenantId: string, channelId: string): string =>
  `channel="${channelId}",tenant="${tenantId}"`;

/** Channels in trouble just now, by kind of trouble. */
export const CHANNEL_ALERTS = "charla_channel_alerts";

/** Canaries that were rolled back by themselves, by what they did worse. */
export const CANARY_ROLLBACKS = "charla_canary_rollbacks_total";

/** Adds up in memory what is then written with one statement. */
export class Counters {
  readonly #totals = new Map<string, MetricDelta>();

  add(name: string, labels: string, value: number): void {
    const key = `${name}{${labels}}`;
    const known = this.#totals.get(key);
    if (known === undefined) this.#totals.set(key, { name, labels, value });
    else known.value += value;
  }

  /** A histogram as Prometheus wants it: every bucket holds all observations up to its bound. */
  observe(name: string, labels: string, bounds: readonly number[], value: number): void {
    const prefix = labels === "" ? "" : `${labels},`;
    for (const bound of bounds) this.add(`${name}_bucket`, `${prefix}le="${bound}"`, value <= bound ? 1 : 0);
    this.add(`${name}_bucket`, `${prefix}le="+Inf"`, 1);
    this.add(`${name}_sum`, labels, value);
    this.add(`${name}_count`, labels, 1);
  }

  deltas(): MetricDelta[] {
    return [...this.#totals.values()];
  }
}
