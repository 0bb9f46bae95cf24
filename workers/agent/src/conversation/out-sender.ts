import {
  capabilitiesOf,
  type Account,
  type Capabilities,
  type Channel,
  type Outgoing,
  type OutMedia,
  type SendContext,
  type SendResult,
} from "@charla/channels/contract";
import { channelOf } from "@charla/channels/registry";
import { advance, isSettled } from "@charla/agent/lattice";
import { mayAutomaticallySpeak } from "@charla/agent/owner";
import { messageOf } from "@charla/domain/errors";
import type { InboundMessage } from "@charla/domain/inbound";
import type { OutRow } from "@charla/domain/log";
import { writeSend } from "@charla/telemetry/metrics";
import { linkedFiles, readSentFile } from "../media/sent-files.ts";
import type { Core } from "./core.ts";
import type { LeaseHolder } from "./lease-holder.ts";
import type { OutLine } from "./out-line.ts";
import { rename } from "./namesakes.ts";
import { OutPace, type Rates } from "./out-pace.ts";

const SEND_TIMEOUT_MS = 15_000;
const EXPIRES_AFTER_MS = 24 * 3_600_000;
const LOOKUP_TRIES = 5;
/** With the back-off between them these are six minutes and more: longer than outages that pass by themselves mostly last. */
const MOST_DOUBTS = 10;
const RECENT_ROWS = 50;
export const IN_DOUBT = { class: "ambiguous", message: "It is not known whether this was sent." } as const;
export const OPTED_OUT = { class: "optout", message: "The person opted out." } as const;

export function channelFor(core: Core): Channel {
  const channel = channelOf(core.head.channelKind);
  if (!channel) throw new Error(`No channel of kind ${core.head.channelKind}`);
  return channel;
}

/** Brings one message to its channel, and finds out about one that an earlier life may have brought there. */
export class OutSender {
  readonly #core: Core;
  readonly #lease: LeaseHolder;
  readonly #line: OutLine;
  readonly #pace: OutPace;
  #sending: Promise<unknown> | null = null;
  #underWay: number | null = null;
  /** Those of the message that is being attempted. */
  #files: OutMedia[] | undefined;

  constructor(core: Core, lease: LeaseHolder, line: OutLine) {
    this.#core = core;
    this.#lease = lease;
    this.#line = line;
    this.#pace = new OutPace(core);
  }

  /** Resolves when no request is under way. */
  async onTheWire(): Promise<void> {
    await this.#sending;
  }

  /** Whether the channel is being asked to send this very row. */
  isUnderWay(row: OutRow): boolean {
    return this.#underWay === row.seq;
  }

  /** Null when the row is settled, else when to come back. */
  async attempt(row: OutRow): Promise<number | null> {
    const line = this.#line;
    const now = this.#core.now();
    if (row.body.nextAt !== undefined && row.body.nextAt > now) return row.body.nextAt;
    if (now - row.body.createdAt > EXPIRES_AFTER_MS)
      return line.settle(row, "failed", { class: "expired", message: "Could not be sent for a day." });
    const inDoubt = row.state === "sending" && row.body.tries > 0 && !line.isMine(row);
    let account: Account;
    try {
      if (row.body.author.type === "ai" && (await this.#lease.current()).status !== "active") return line.hold(row);
      account = await this.#core.deps.account(this.#core.head.key);
      const { media } = row.body;
      this.#files = media === undefined ? undefined : await linkedFiles(this.#core, row.body, media);
    } catch (error) {
      return line.obstructed(row, { class: inDoubt ? "ambiguous" : "transient", message: messageOf(error) });
    }
    line.unobstructed();
    // A status, a take-over or an opt-out may have settled it while we waited.
    if (!line.has(row)) return null;
    if (inDoubt) {
      const settled = await this.#settleDoubt(row, account);
      if (settled !== "resend") return settled;
      if (!line.has(row)) return null;
    }
    const at = await this.#pace.slotFor(row, this.#rates(account));
    if (!line.has(row)) return null;
    if (at > this.#core.now()) return inDoubt ? at : line.hold(row, at);
    return await this.#send(row, account, inDoubt);
  }

  #rates(account: Account): Rates {
    const channel = channelFor(this.#core);
    const { rates = {} } = capabilitiesOf(channel, account);
    return rates.group && channel.isGroup?.(this.#core.head.contact) ? { ...rates, person: rates.group } : rates;
  }

  async #send(row: OutRow, account: Account, inDoubt: boolean): Promise<number | null> {
    const line = this.#line;
    const channel = channelFor(this.#core);
    // From here to the request there is no await: whoever took over before now is seen, whoever comes later finds it on the wire.
    const { head } = this.#core;
    if (row.body.author.type !== "human" && !mayAutomaticallySpeak(head.owner, this.#core.now())) {
      return inDoubt ? line.settle(row, "unknown", IN_DOUBT) : line.settle(row, "dropped");
    }
    const lease = this.#lease.held();
    if (row.body.author.type === "ai" && lease && lease.status !== "active") return line.hold(row);
    if (head.optedOut && row.body.author.type !== "human" && !row.body.farewell)
      return line.settle(row, "failed", OPTED_OUT);
    if (!channel.send) return line.settle(row, "failed", { class: "invalid", message: "This channel cannot send." });
    if (row.state !== "sending" || !line.isMine(row)) {
      line.markSending(row);
      this.#core.log.update(row);
    }
    const context = this.#context();
    const sending = channel
      .send(this.#outgoing(row), account, context)
      .catch((error: unknown): SendResult => ({ ok: false, class: "ambiguous", message: messageOf(error) }));
    this.#sending = sending;
    this.#underWay = row.seq;
    const result = await sending;
    this.#sending = null;
    this.#underWay = null;
    line.returned(row);
    this.#measure(row, result, context.now);
    return this.#conclude(row, result, capabilitiesOf(channel, account));
  }

  #conclude(row: OutRow, result: SendResult, { ambiguous }: Capabilities): number | null {
    // Status callbacks may have overtaken the answer of the send itself; what they wrote is newer than this row.
    if (isSettled(row.state)) {
      const newest = this.#core.log.bySeq(row.seq);
      if (result.ok && result.providerId !== undefined && newest?.kind === "out") {
        newest.body.providerId = result.providerId;
        this.#core.log.update(newest);
      }
      return null;
    }
    if (result.ok && result.movedTo !== undefined) {
      rename(this.#core, { current: result.movedTo });
      this.#core.saveHead();
    }
    if (result.ok) {
      row.body.sentAt = this.#core.now();
      if (result.providerId !== undefined) row.body.providerId = result.providerId;
      return this.#line.settle(row, advance(row.state, result.state));
    }
    if (result.class === "throttle" || result.class === "transient") return this.#line.retry(row, result);
    if (result.class === "ambiguous") {
      row.body.doubts = (row.body.doubts ?? 0) + 1;
      // Each may have arrived. Where a key keeps repetitions apart that does no harm; elsewhere it must end.
      if (ambiguous.tier !== "key" && row.body.doubts >= MOST_DOUBTS) return this.#line.settle(row, "unknown", result);
      if (ambiguous.tier === "none" && ambiguous.policy === "hold") return this.#line.settle(row, "unknown", result);
      if (ambiguous.tier === "callback") return this.#line.await(row, result, this.#core.now() + ambiguous.settleMs);
      return this.#line.retry(row, result);
    }
    if (result.class === "optout") {
      // Said of the person, not of this message: what comes after it stays here until they opt in again.
      this.#core.head.optedOut = true;
      this.#core.saveHead();
    }
    return this.#line.settle(row, "failed", result);
  }

  async #settleDoubt(row: OutRow, account: Account): Promise<number | null | "resend"> {
    const line = this.#line;
    const channel = channelFor(this.#core);
    const { ambiguous } = capabilitiesOf(channel, account);
    if (ambiguous.tier === "key" || (ambiguous.tier === "none" && ambiguous.policy === "resend")) return "resend";
    if (ambiguous.tier === "callback") {
      const { nextAt } = row.body;
      // What an earlier life was sending gets the same time for its callback as what was lost on the wire.
      if (nextAt === undefined) return line.await(row, IN_DOUBT, this.#core.now() + ambiguous.settleMs);
      return ambiguous.policy === "resend" ? "resend" : line.settle(row, "unknown", IN_DOUBT);
    }
    if (ambiguous.tier === "none" || ambiguous.tier === "own" || !channel.lookup)
      return line.settle(row, "unknown", IN_DOUBT);
    const looking = channel.lookup(this.#outgoing(row), account, this.#context());
    const found = await looking.catch((): "unknown" => "unknown");
    if (found === "sent") return line.settle(row, "sent");
    if (found === "absent") return "resend";
    if (row.body.tries > LOOKUP_TRIES)
      return line.settle(row, "unknown", {
        class: "ambiguous",
        message: "The channel could not say whether this was sent.",
      });
    return line.retry(row, {
      class: "ambiguous",
      message: "Waiting for the channel to say whether this was sent.",
    });
  }

  #context(): SendContext {
    const { fetch, sendMail } = this.#core.deps;
    const readFile = (file: OutMedia): Promise<Uint8Array<ArrayBuffer> | null> => readSentFile(this.#core, file);
    return { fetch, sendMail, readFile, now: this.#core.now(), signal: AbortSignal.timeout(SEND_TIMEOUT_MS) };
  }

  #outgoing(row: OutRow): Outgoing {
    const { head } = this.#core;
    const { id, text, buttons, inReplyTo, author, createdAt, tries } = row.body;
    const lastMessage = (): InboundMessage | undefined => this.#lastMessage(row);
    return {
      id,
      conversationId: head.id,
      thread: head.key.thread,
      contact: head.contact,
      bubble: { text, ...(buttons ? { buttons } : {}), ...(this.#files ? { media: this.#files } : {}) },
      inReplyTo,
      // Looked up only where a channel asks for it.
      get answers() {
        return lastMessage();
      },
      author: author.type,
      turnId: this.#line.turnIdOf(row),
      createdAt,
      tries,
      lastInboundAt: head.lastInAt,
    };
  }

  /** The newest message of the person among those that it answers; where it names none, of all before it. */
  #lastMessage({ seq, body: { inReplyTo } }: OutRow): InboundMessage | undefined {
    const before = this.#core.log.messagesBefore(seq, RECENT_ROWS);
    for (const row of before) {
      if (row.kind !== "in" || row.body.event.kind !== "message") continue;
      if (inReplyTo.length === 0 || inReplyTo.includes(row.body.event.externalId)) return row.body.event;
    }
    return undefined;
  }

  #measure(row: OutRow, result: SendResult, startedAt: number): void {
    const { head, deps } = this.#core;
    const { tenantId, channelId } = head.key;
    const outcome = result.ok ? result.state : result.class;
    const ms = this.#core.now() - startedAt;
    writeSend(deps.metrics, { tenantId, channelId, channelKind: head.channelKind, outcome, tries: row.body.tries, ms });
  }
}
