import { saysNothing } from "@charla/agent/file-words";
import { cannedText, withheldText } from "@charla/agent/texts";
import type { InRow, StepRow, TurnOutcome, TurnState } from "@charla/domain/log";
import type { Release } from "@charla/domain/release";
import type { Core } from "./core.ts";

/** How a turn ends: what it becomes, what is said, and whether a person is called. */
export type Ending = {
  state: TurnState;
  outcome: TurnOutcome;
  text: string;
  step?: StepRow;
  handover?: string;
  error?: string;
  audit?: { what: string; detail: string };
};

export const answered = (text: string, step: StepRow): Ending => ({ state: "done", outcome: "answered", text, step });

/** The step that wrote it was cut off and is not in the journal. */
export const brokenOff = (heard: string): Ending => ({ state: "done", outcome: "answered", text: heard });

export const takenOver: Ending = { state: "handed", outcome: "taken_over", text: "" };

/** What was asked has been taken back: there is nothing to answer. */
const takenBack: Ending = { state: "done", outcome: "silent", text: "" };

/** Nothing automatic may be said to them; a person may still see what they want. */
const unwanted: Ending = { ...takenBack, handover: "Whoever wrote this wants no automatic messages." };

/** Nobody waits for an answer of the agent's to these messages. */
export function unasked({ head }: Core, rows: readonly InRow[]): Ending | null {
  if (rows.length > 0 && rows.every((row) => row.body.deleted === true)) return takenBack;
  return head.optedOut ? unwanted : null;
}

const NO_RELEASE = "No release is published.";
export const withoutRelease: Ending = {
  state: "failed",
  outcome: "silent",
  text: "",
  handover: NO_RELEASE,
  error: NO_RELEASE,
};

export const suspended = ({ settings }: Release): Ending => ({
  state: "done",
  outcome: "suspended",
  text: cannedText("suspended", settings),
});

export const overBudget = ({ settings }: Release): Ending => ({
  state: "done",
  outcome: "budget_exhausted",
  text: cannedText("budget", settings),
  handover: "The budget is used up.",
});

export const apology = ({ settings }: Release, error: string): Ending => ({
  state: "failed",
  outcome: "apologised",
  text: cannedText("apology", settings),
  handover: error,
  error,
});

export const givenUp = (release: Release | null, error: string): Ending => ({
  state: "dead",
  outcome: "dead_letter",
  text: release ? cannedText("apology", release.settings) : "",
  handover: error,
  error,
});

/** What the model said stays in the journal; a conversation shows only that something was withheld. */
export const withheld = (core: Core, { settings }: Release, step: StepRow): Ending => ({
  state: "done",
  outcome: "withheld",
  text: withheldText(core.head.contact, settings),
  step,
  audit: { what: "prompt.leak", detail: "The answer recited the agent's instructions and was withheld." },
});

/** Nothing in these messages can be read by anybody. Said once: somebody who sends ten stickers is not told ten times. */
export function wordless(core: Core, { settings }: Release, all: readonly InRow[]): Ending | null {
  const rows = all.filter((row) => row.body.deleted !== true);
  const isUnsupported = (row: InRow): boolean => row.body.event.kind === "unsupported";
  if (rows.length === 0 || !rows.every((row) => isUnsupported(row) || saysNothing(row))) return null;
  const text = cannedText(rows.every(isUnsupported) ? "unsupported" : "unreadable", settings);
  const last = core.head.lastOutSeq > 0 ? core.log.bySeq(core.head.lastOutSeq) : undefined;
  const again = last?.kind === "out" && last.body.text === text;
  return { state: "done", outcome: "unsupported_answered", text: again ? "" : text };
}
