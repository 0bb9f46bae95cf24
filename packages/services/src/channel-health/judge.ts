import type { AlertFacts, AlertKind } from "@charla/domain/channel-alert";
import { HOUR_MS, judgeSilence, type Rhythm } from "./rhythm.ts";

/** What is known of one channel when it is looked at. */
export type ChannelFacts = {
  rhythm: Rhythm | null;
  /** Nobody expects anybody to write to a channel that was cut off from its vendor. */
  awaited: boolean;
  /** The settings were last changed, a pause was ended: silence before it says nothing. */
  changedAt: number;
  lastInAt: number | null;
  /** Of the last hour. */
  received: number;
  sent: number;
  refused: number;
  /** Failures by class: all of the last day, those of the last hour, and the last. */
  failures: readonly Failures[];
  /** The newest message that was sent; one that came later than a failure proves that sending works again. */
  lastSentAt: number | null;
  /** The last sign of any message that was sent, be it only that it was read. */
  lastMovedAt: number | null;
  /** Messages that nothing has become of, and since when the oldest waits. */
  waiting: { count: number; since: number } | null;
  /** The last time that connecting found everything in order. */
  connectedAt: number | null;
  expiresAt: number | null;
};
export type Failures = { class: string; day: number; hour: number; lastAt: number };

/** An alert as it stands open. */
export type Standing = { openedAt: number; facts: AlertFacts };
/** What there is to see, and whether it is trouble, not (any more), or not to be told from this. */
export type Verdict = { state: "bad" | "good" | "unclear"; facts: AlertFacts };

const DAY_MS = 24 * HOUR_MS;
const REFUSED_BAD = 10;
const REFUSED_GOOD = 5;
const FAILED_BAD = { count: 5, share: 0.25 };
const FAILED_GOOD_SHARE = 0.1;
export const WAITING_MS = HOUR_MS / 4;
const EXPIRY_NOTICE_MS = 7 * DAY_MS;
/** These say something of the person written to and nothing of the channel. */
const PERSONAL: ReadonlySet<string> = new Set(["optout", "window"]);

type Judge = (channel: ChannelFacts, standing: Standing | null, now: number) => Verdict;

/** Between "bad" and "good" there is always room, so that nothing flickers. */
export const judges: Record<AlertKind, Judge> = {
  quiet: (channel, standing, now) => {
    const { lastInAt, rhythm } = channel;
    if (standing !== null) {
      const wrote = lastInAt !== null && lastInAt > standing.openedAt;
      return wrote || !channel.awaited ? { state: "good", facts: seen({ lastInAt }) } : keep(standing);
    }
    if (rhythm === null || lastInAt === null || !channel.awaited) return { state: "good", facts: {} };
    const { quiet, expected } = judgeSilence(rhythm, Math.max(lastInAt, channel.changedAt), now);
    return { state: quiet ? "bad" : "good", facts: { lastInAt, expected: Math.round(expected) } };
  },

  signature: ({ refused, received }) => {
    const facts = { refused, received };
    if (refused >= REFUSED_BAD && refused > received) return { state: "bad", facts };
    return { state: refused < REFUSED_GOOD || received > refused ? "good" : "unclear", facts };
  },

  access: ({ failures, lastSentAt, connectedAt }, standing) => {
    const auth = failures.find((failure) => failure.class === "auth");
    const failedAt = latest(auth?.lastAt, standing?.facts.failedAt);
    if (failedAt === undefined || latest(lastSentAt, connectedAt, 0) > failedAt) return { state: "good", facts: {} };
    return { state: "bad", facts: { failedAt, failed: auth?.hour ?? 0 } };
  },

  expiry: ({ expiresAt }, _standing, now) => {
    if (expiresAt === null || expiresAt > now + EXPIRY_NOTICE_MS) return { state: "good", facts: seen({ expiresAt }) };
    return { state: "bad", facts: { expiresAt } };
  },

  sending: ({ failures, sent, lastSentAt, lastMovedAt, waiting }, standing, now) => {
    // A token that was taken back is told as that, once.
    const counted = failures.filter(({ class: what }) => what !== "auth" && !PERSONAL.has(what));
    const failed = counted.reduce((sum, { hour }) => sum + hour, 0);
    const failedAt = latest(...counted.map(({ lastAt }) => lastAt), standing?.facts.failedAt);
    const error = counted.toSorted((a, b) => b.hour - a.hour)[0]?.class;
    const stuck = waiting !== null && waiting.since <= now - WAITING_MS && (lastSentAt ?? 0) <= now - WAITING_MS;
    const facts = { failed, sent, ...seen({ failedAt, error, waiting: stuck ? waiting.count : undefined }) };
    const share = failed / Math.max(1, failed + sent);
    if (stuck || (failed >= FAILED_BAD.count && share >= FAILED_BAD.share)) return { state: "bad", facts };
    // That fewer fail may only mean that fewer are sent: one that went through is the proof.
    const openedAt = standing?.openedAt ?? 0;
    const unstuck = standing?.facts.waiting !== undefined && failed === 0 && (lastMovedAt ?? 0) > openedAt;
    const proven = unstuck || (lastSentAt ?? 0) > Math.max(failedAt ?? 0, openedAt);
    return { state: proven && share <= FAILED_GOOD_SHARE ? "good" : "unclear", facts };
  },
};

const keep = ({ facts }: Standing): Verdict => ({ state: "unclear", facts });

function latest(...instants: [...(number | null | undefined)[], number]): number;
function latest(...instants: (number | null | undefined)[]): number | undefined;
function latest(...instants: (number | null | undefined)[]): number | undefined {
  const known = instants.filter((instant) => instant !== null && instant !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

type Known<T> = { [K in keyof T]?: NonNullable<T[K]> };
/** What is known of it. */
function seen<T extends Record<string, unknown>>(facts: T): Known<T> {
  const known: Known<T> = {};
  for (const key of Object.keys(facts) as (keyof T)[]) {
    const value = facts[key];
    if (value !== null && value !== undefined) known[key] = value;
  }
  return known;
}
