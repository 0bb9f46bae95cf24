import { channelOf } from "@charla/channels/registry";
import {
  objectNameOf,
  type AcceptResult,
  type Arrival,
  type Contact,
  type InboundIdentity,
} from "@charla/domain/inbound";
import type { Core } from "./core.ts";

const FOLLOWS = "follows";

/**
 * A vendor may go on with a conversation under another name: a group that became a supergroup, a person with a new number.
 * The object of the new name then begins none of its own and hands over whatever comes to it.
 */
export class Namesakes {
  readonly #core: Core;
  readonly #kv: SyncKvStorage;

  constructor(core: Core, kv: SyncKvStorage) {
    this.#core = core;
    this.#kv = kv;
  }

  /** Somebody who has a history here keeps it. */
  follow(thread: string | null): void {
    if (thread === null) this.#kv.delete(FOLLOWS);
    else if (!this.#core.started) this.#kv.put(FOLLOWS, thread);
  }

  /** Null where the arrival is for this object itself. */
  async forwarded(arrival: Arrival): Promise<AcceptResult | null> {
    if (this.#core.started) return null;
    const thread = this.#kv.get<string>(FOLLOWS);
    if (thread === undefined) return null;
    const key = { ...arrival.key, thread };
    return this.#core.deps.conversation(objectNameOf(key)).accept({ ...arrival, key });
  }

  /** Until the namesakes know whom to follow, whoever told us of them has to come again. */
  async introduce(): Promise<void> {
    if (!this.#core.started) return;
    const { head } = this.#core;
    for (const thread of head.namesakes ?? []) {
      const { tenantId, thread: own } = head.key;
      await this.#core.deps.conversation(objectNameOf({ ...head.key, thread })).follow({ tenantId, thread: own });
      this.#core.write(() => {
        head.namesakes = head.namesakes?.filter((known) => known !== thread) ?? [];
        this.#core.saveHead();
      });
    }
  }
}

/** From now on the contact has another address; part of the caller's tick. */
export function rename(core: Core, { previous, current }: Pick<InboundIdentity, "previous" | "current">): void {
  const { head } = core;
  head.contact = renamed(head.contact, previous, current);
  const thread = channelOf(head.channelKind)?.threadAfter?.(head.key.thread, current);
  if (thread === undefined || thread === head.key.thread || head.namesakes?.includes(thread)) return;
  head.namesakes = [...(head.namesakes ?? []), thread];
}

function renamed(contact: Contact, previous: string | undefined, current: string): Contact {
  const known = [contact.address, ...(previous === undefined ? [] : [previous]), ...(contact.aliases ?? [])];
  return { ...contact, address: current, aliases: [...new Set(known)].filter((address) => address !== current) };
}
