import type { CallRecord } from "./call.ts";
import type { InboundEvent, OutFile, SendErrorClass } from "./inbound.ts";
import type { Retrieved } from "./knowledge.ts";

/**
 * A conversation is one log. Every row has a number (`seq`, what sockets resume by), a kind, the turn it belongs to,
 * a key that makes it unique (dedupe key, journal key or outbox key) and a state that only moves forward.
 */
export type LogKind = "head" | "in" | "turn" | "step" | "out" | "note";

export type InState = "new" | "taken" | "held" | "parked" | "applied" | "ignored";
export type TurnState = "open" | "done" | "failed" | "handed" | "dead";
export type StepState = "started" | "done" | "failed" | "unknown" | "superseded";
/** Lattice of a sent message: queued < sending < sent < delivered < read; failed, unknown and dropped are branches. */
export type OutState = "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "unknown" | "dropped";

export type Usage = { input: number; output: number; cached: number };

/** Why a file that came in has no words for the model. */
export type FileError =
  | "too_large"
  | "gone"
  | "denied"
  | "unreachable"
  | "mismatch"
  | "unsupported"
  | "locked"
  | "empty"
  | "broken"
  | "budget"
  | "no_model";

/** What became of one file of a message. `stored` is not read yet; `done` never changes again. */
export type InFile = {
  state: "started" | "stored" | "done";
  /** Lives of the object that have begun with it; absent for the first. */
  tries?: number;
  key?: string;
  /** By its bytes, whatever was declared. */
  mime?: string;
  size?: number;
  sha256?: string;
  /** Its words as the model reads them, cut to what a prompt can hold. Absent on a finished file that is only named. */
  text?: string;
  truncated?: boolean;
  error?: FileError;
  read?: { by: string; ms: number; costMicros: number };
};

export type InBody = {
  id: string;
  event: InboundEvent;
  arrivedAt: number;
  trackingId: string;
  /** The turn in which tools ran for it, where a person took over before its answer had left. */
  askedIn?: number;
  /** By their place among the event's files; absent on channels whose files are only named. */
  files?: (InFile | null)[];
  text?: string;
  deleted?: boolean;
  reactions?: string[];
  call?: CallRecord;
};

export type TurnBody = {
  /** How the steps are to be played on; absent in the first version. */
  v?: number;
  id: string;
  trackingId: string;
  epoch: number;
  releaseId: string;
  agentId: string;
  openedAt: number;
  /** Start of the time limit; moves when the turn is resumed, since nobody was working on it meanwhile. */
  activeSince: number;
  closedAt?: number;
  /** Times a wake found this turn open after the process that drove it was gone. */
  resumes: number;
  supersedes: number;
  /** Times this turn was put back to work after it had ended as a dead letter. */
  replays?: number;
  /** Do not go on before this instant (model back-off). */
  notBefore?: number;
  /** Our own faults while driving this turn; too many make it a dead letter. */
  faults?: number;
  usage: Usage;
  costMicros: number;
  outcome?: TurnOutcome;
  error?: string;
};

export type TurnOutcome =
  | "answered"
  | "apologised"
  | "handed_over"
  | "taken_over"
  | "budget_exhausted"
  | "suspended"
  | "silent"
  | "unsupported_answered"
  /** The model recited its instructions; a safe sentence was sent in place of them. */
  | "withheld"
  | "dead_letter";

export type ToolCall = { id: string; name: string; input: unknown };

export type ModelStepBody = {
  n: number;
  type: "model";
  epoch: number;
  purpose: "answer" | "summary";
  provider: string;
  model: string;
  attempt: number;
  /** The prompt is not stored twice: it is rebuilt exactly from the release and these log positions. */
  prompt: PromptRef;
  text: string;
  calls: ToolCall[];
  finish: string;
  usage: Usage;
  /** True where the provider sent no usable count and we estimated. */
  usageEstimated?: boolean;
  costMicros: number;
  /** Where the price is from: `own`, or the day of the list. */
  priced?: string;
  ms: number;
  firstTokenMs?: number;
  error?: { class: string; message: string; status?: number };
};

export type PromptRef = {
  releaseId: string;
  summarySeq: number;
  fromSeq: number;
  toSeq: number;
  steps: number;
  tokens: number;
  /** Where the model holds less than the agent's limits allow: what history and the turn each were given, and the turn where it was cut. */
  room?: { each: number; own?: number };
  /** The moment of which the prompt tells, where it tells of one. */
  at?: number;
};

export type ToolStepBody = {
  n: number;
  type: "tool";
  callId: string;
  name: string;
  kind: string;
  effect: "read" | "keyed" | "unsafe";
  input: unknown;
  output?: unknown;
  ms?: number;
  startedAt: number;
  attempts: number;
  error?: { code: string; message: string };
};

/** What was looked up before the model was asked; the prompt is rebuilt from it. */
export type RetrievalStepBody = Retrieved & {
  n: number;
  type: "retrieval";
  epoch: number;
  bases: string[];
  costMicros: number;
};

export type StepBody = ModelStepBody | ToolStepBody | RetrievalStepBody;

export type OutAuthor = { type: "ai" } | { type: "human"; memberId: string; name?: string } | { type: "system" };

export type OutBody = {
  id: string;
  text: string;
  author: OutAuthor;
  epoch: number;
  inReplyTo: string[];
  media?: OutFile[];
  buttons?: { id: string; title: string }[];
  /** Length that the text had before it was cut to what the person had heard when they broke in. */
  cutFrom?: number;
  createdAt: number;
  /** Says that the person will hear no more, so it leaves although they want to hear no more. */
  farewell?: true;
  tries: number;
  /** Times that nobody could say whether it had been sent. */
  doubts?: number;
  nextAt?: number;
  sentAt?: number;
  providerId?: string;
  error?: { class: SendErrorClass | "expired"; message: string };
  trackingId: string;
};

export type NoteBody =
  | { type: "owner"; from: Owner; to: Owner; by: string; reason?: string }
  | { type: "summary"; upTo: number; text: string }
  | { type: "audit"; what: string; detail: string }
  | { type: "handover"; reason: string; summary?: string; turnId?: string };

/** Who may speak. `paused` ends by itself at `until`. */
export type Owner =
  | { type: "ai" }
  | { type: "human"; memberId: string; until?: number }
  | { type: "paused"; until: number };

type Row<K extends LogKind, S extends string, B> = {
  seq: number;
  kind: K;
  turn: number | null;
  key: string | null;
  state: S;
  at: number;
  body: B;
};
export type InRow = Row<"in", InState, InBody>;
export type TurnRow = Row<"turn", TurnState, TurnBody>;
export type StepRow = Row<"step", StepState, StepBody>;
export type OutRow = Row<"out", OutState, OutBody>;
export type NoteRow = Row<"note", "done", NoteBody>;
export type LogRow = InRow | TurnRow | StepRow | OutRow | NoteRow;
