import type { Arrival } from "@charla/domain/inbound";
import { ProjectionEvent } from "@charla/domain/projection";
import { writeParked } from "@charla/telemetry/metrics";
import type { Core } from "./core.ts";
import { conversationOf } from "./head.ts";
import { PARKED_RECHECK_MS, reasonOf, type Parked } from "./journal-version.ts";

const MARK = "parked";
const SHELF = "parked:";

/** That it waits, since when and as which version of the conversation that was told. */
type Mark = { reason: string; since: number; version: number };

/**
 * A conversation whose journal another build wrote. What comes in is kept word for word beside the log, because a build
 * that cannot read a log must not write into it; the build that can takes it in, in order, as if it came then.
 */
export class Parking {
  readonly #core: Core;
  readonly #kv: SyncKvStorage;
  #confirmed = false;
  #told = 0;
  #toldAt = 0;

  constructor(core: Core, kv: SyncKvStorage) {
    this.#core = core;
    this.#kv = kv;
  }

  /** Durable when the caller's tick is, like any other arrival. Doubles are found when it is taken in. */
  keep(parked: Parked, arrival: Arrival): void {
    this.#core.write(() => {
      this.#mark(parked);
      const [last] = this.#kv.list({ prefix: SHELF, reverse: true, limit: 1 });
      const place = Number(last?.[0].slice(SHELF.length) ?? 0) + 1;
      this.#kv.put(`${SHELF}${String(place).padStart(12, "0")}`, JSON.stringify(arrival));
    });
    this.watch(parked);
  }

  /** Whoever comes after this process looks again, and people see why nothing happens. */
  watch(parked: Parked): void {
    const mark = this.#mark(parked);
    this.#core.wake.by(this.#core.now() + PARKED_RECHECK_MS);
    if (!this.#confirmed && this.#core.now() - this.#toldAt >= PARKED_RECHECK_MS)
      this.#core.keepAlive(this.#tell(parked, mark));
  }

  /** The consumer may still be confirming what an earlier life had sent. */
  confirm(versions: readonly number[]): void {
    if (versions.includes(this.#told)) this.#confirmed = true;
  }

  /** True when the conversation had been parked: then what was kept is taken in and the lists hear of it. */
  release(take: (arrival: Arrival) => void): boolean {
    const mark = this.#kv.get<Mark>(MARK);
    if (mark === undefined) return false;
    const core = this.#core;
    const kept = [...this.#kv.list<string>({ prefix: SHELF })];
    // Clocks differ between machines, and a version must not be smaller than one that was told before.
    core.head.version = Math.max(core.head.version, mark.version);
    core.note({ type: "audit", what: "journal.parked", detail: `${mark.reason} Deliveries kept: ${kept.length}.` });
    core.saveHead();
    for (const [place, arrival] of kept) {
      take(JSON.parse(arrival) as Arrival);
      this.#kv.delete(place);
    }
    this.#kv.delete(MARK);
    const { head, deps } = core;
    const ms = core.now() - mark.since;
    deps.log.info("conversation:resumed", {
      tenantId: head.key.tenantId,
      conversationId: head.id,
      count: kept.length,
      ms,
    });
    return true;
  }

  #mark(parked: Parked): Mark {
    const known = this.#kv.get<Mark>(MARK);
    if (known !== undefined) return known;
    const now = this.#core.now();
    const mark = { reason: reasonOf(parked), since: now, version: Math.max(this.#core.head.version + 1, now) };
    this.#kv.put(MARK, mark);
    return mark;
  }

  async #tell(parked: Parked, { reason, version }: Mark): Promise<void> {
    const { head, deps } = this.#core;
    const { tenantId } = head.key;
    deps.log.warn("conversation:parked", { tenantId, conversationId: head.id, reason, version: parked.version });
    writeParked(deps.metrics, { tenantId, ...parked });
    const now = (this.#toldAt = this.#core.now());
    this.#told = version;
    const conversation = { ...conversationOf(head, now), parked: reason };
    const spends = { spent: head.spent, spentBefore: head.reported };
    // Of a head in an unknown version only what the lists understand is shown.
    const event = ProjectionEvent.safeParse({
      v: 1,
      tenantId,
      conversation,
      version,
      sentAt: now,
      ...spends,
      rows: [],
    });
    if (!event.success) return this.confirm([version]);
    await deps.events.send(event.data).catch((error: unknown) => {
      deps.log.warn("projection:send_failed", { conversationId: head.id, error });
    });
  }
}
