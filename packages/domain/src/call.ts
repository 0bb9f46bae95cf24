/** What the log keeps of a telephone call, in the row that the call began with. */
export type CallRecord = {
  direction: string;
  from: string;
  to: string;
  state: "open" | "over";
  /** Sessions of the vendor's socket; one more after every interruption. */
  sessions: number;
  /** Lets one socket in, once; null when it is used. */
  ticket: string | null;
  greeted: boolean;
  language: string;
  /** Why we ended the session; null while nobody did, so that an end we did not want is gone on from. */
  leaving: CallLeave | null;
  /** Without a socket: the last question of the vendor's, and what was said in answer to it. */
  asked?: { n: number; said: number[]; polls: number };
  /** Silences in a row. */
  silences: number;
  /** Sessions that ended against our will since the person was last heard. */
  drops: number;
  answeredAt?: number;
  endedAt?: number;
  seconds?: number;
  /** How the vendor says that it ended. */
  ending?: string;
  /** What the line costs by the rate of the account, and what the models have cost by its end. */
  lineMicros?: number;
  modelMicros?: number;
  /** What became of calling a person to the line. */
  dialled?: string;
};

export type CallLeave = { for: "person" | "silence"; reason: string; say: string[] };

/** What the vendor tells of a call, besides what was said in it. `n` counts the questions of a call without a socket. */
export type CallMoment =
  | { kind: "incoming" }
  | { kind: "line_ended"; status: string; over: boolean; seconds: number }
  | { kind: "said"; n: number }
  | { kind: "silent"; n: number }
  | { kind: "polled"; n: number }
  | { kind: "dialled"; status: string }
  | { kind: "over"; status: string; seconds: number };

/** How the call goes on; what is to be said is ready for a voice. */
export type CallStep =
  | { do: "open_line"; ticket: string; language: string; say: string[] }
  | { do: "listen"; n: number; language: string; say: string[] }
  | { do: "wait"; n: number; language: string; say: string[] }
  | { do: "dial"; number: string; language: string; say: string[] }
  | { do: "hang_up"; language: string; say: string[] }
  | { do: "nothing" };

/**
 * The vendor's socket of a call is handed to the object by `fetch`; whom the router let in is in this header (JSON of
 * {@link CallEntry}). The gateway removes any header of that name a client sends.
 */
export const CALL_HEADER = "x-charla-call";
export type CallEntry = { tenantId: string; callId: string; ticket: string };
