import { channelOf } from "@charla/channels/registry";
import { objectNameOf, type Arrival } from "@charla/domain/inbound";
import type { Spend } from "@charla/domain/lease";
import type { Core } from "./core.ts";

const MARK = "erased";
/** The server is about to begin anew; a client comes back, and is shown what there is then. */
const RESTART_CLOSE = 1012;

/** `spent` is kept because the gate books what totals grow by, and a smaller total would be a free ride. */
type Mark = { before: number; spent: Spend };

/** Vendors tell seconds: what was said in the same one may have been said after. */
const secondOf = (at: number): number => Math.floor(at / 1000) * 1000;

/**
 * A contact is erased: the object forgets all it holds and ends. What stays is an instant and two sums, by which a late
 * delivery of something that was said before is recognised.
 */
export class Erasure {
  readonly #core: Core;
  readonly #ctx: DurableObjectState;
  #mark: Mark | null | undefined;

  constructor(core: Core, ctx: DurableObjectState) {
    this.#core = core;
    this.#ctx = ctx;
  }

  get mark(): Mark | null {
    return (this.#mark ??= this.#ctx.storage.kv.get<Mark>(MARK) ?? null);
  }

  /** What of an arrival was not said before the erasure. */
  withoutOld(arrival: Arrival): Arrival {
    const { mark } = this;
    if (mark === null || !arrival.events.some(({ at }) => at < mark.before)) return arrival;
    return { ...arrival, events: arrival.events.filter(({ at }) => at >= mark.before) };
  }

  /** Ends the object, and with it the call, where there was something to forget. */
  async erase(begunAs: string, requestedAt: number): Promise<void> {
    const before = secondOf(requestedAt);
    const { storage } = this.#ctx;
    const known = this.mark;
    const core = this.#core;
    if (!core.started || core.head.contactId !== begunAs) {
      if (known === null || known.before < before)
        this.#put({ before, spent: known?.spent ?? { tokens: 0, micros: 0 } });
      return;
    }
    await this.#leaveNamesakes();
    const { spent } = core.head;
    for (const socket of this.#ctx.getWebSockets()) socket.close(RESTART_CLOSE, "the conversation begins anew");
    // Nothing in between: what is under way must find neither log nor alarm.
    void storage.deleteAlarm();
    void storage.deleteAll();
    this.#put({ before: Math.max(before, known?.before ?? 0), spent });
    await storage.sync();
    core.end("erased");
  }

  #put(mark: Mark): void {
    this.#mark = mark;
    this.#ctx.storage.kv.put(MARK, mark);
  }

  /** Objects of the person's other addresses hand over to this one, under a name that is an address. */
  async #leaveNamesakes(): Promise<void> {
    const { deps, head, key } = this.#core;
    const threadAfter = channelOf(head.channelKind)?.threadAfter;
    const threads = [head.contact.address, ...(head.contact.aliases ?? [])].flatMap((address) => {
      const thread = threadAfter?.(key.thread, address);
      return thread === undefined || thread === key.thread ? [] : [thread];
    });
    for (const thread of new Set(threads))
      await deps.conversation(objectNameOf({ ...key, thread })).follow({ tenantId: key.tenantId, thread: null });
  }
}
