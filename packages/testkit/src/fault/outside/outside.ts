import type { Tenant } from "../../charla/furnish.ts";

export const CHANNEL_KINDS = ["http", "whatsapp", "telegram"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** Words of a command line, each of which must be known. */
export function listed<T extends string>(words: string, known: readonly T[]): T[] {
  return words.split(",").map((word) => {
    const found = known.find((one) => one === word);
    if (found === undefined) throw new Error(`${word} is none of ${known.join(", ")}`);
    return found;
  });
}

/** One message of ours as it arrived outside. */
export type Reply = {
  at: number;
  account: string;
  conversation: string;
  /** The same for what arrived before: its key, or where there is none the person and the words. */
  id: string;
  /** Messages of the person that it answers. */
  inReplyTo: readonly string[];
  automatic: boolean;
  /** When its request was over, whether or not the answer was read. */
  readonly endedAt?: number | undefined;
  /** When we may know that it was taken: the answer was read whole, or a callback told of it. */
  readonly knownAt?: number | undefined;
};

export type Said = { conversation: string; n: number; text: string };
/** `again` makes the same delivery once more until it is taken, as vendors do that did not see our answer. */
export type Delivered = { accepted: boolean; again: (stop?: AbortSignal) => Promise<unknown> };

/** One connected account, from its vendor's side. */
export type Line = {
  readonly outside: Outside;
  readonly tenant: Tenant;
  readonly channelId: string;
  /** How the account is called in replies. */
  readonly account: string;
  /** Delivered again and again until it is taken, or given up at the signal. */
  say(said: Said, stop?: AbortSignal): Promise<Delivered>;
  threadOf(conversation: string): string;
};

/** The vendor of one kind of channel. Its ledger is the truth about what left the system. */
export type Outside = {
  readonly kind: ChannelKind;
  /**
   * What a repetition is: told apart by its key and harmless; promised not to be; or documented where the send was
   * interrupted by a death, because nothing can settle the doubt.
   */
  readonly repetition: "keyed" | "never" | "after-death";
  /** How long a send in doubt waits for a callback before it is shown as unknown; zero where it is settled at once. */
  readonly settleMs: number;
  /** How many messages one person writes, so that the vendor's limit per person is not what is measured. */
  readonly talkLength: number;
  readonly replies: readonly Reply[];
  /** While set, the vendor takes nothing and says so. */
  down: boolean;
  connect(tenant: Tenant, base: string, agentId: string): Promise<Line>;
  /** Sends that are here and not answered. */
  open(): number;
  lastAt(): number;
  /** Sends that it did not take because they came too fast. */
  tooFast(): number;
  problems(): string[];
  close(): Promise<void>;
};
