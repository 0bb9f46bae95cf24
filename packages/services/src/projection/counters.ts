import { Counters, DEAD_LETTERS, PARKED, type MetricDelta } from "../metrics/counters.ts";
import type { Merged } from "./merge.ts";

type Row = Record<string, string | number | null>;
/** What the statements report as really written, in the order of their RETURNING. */
export type Written = { conversations: Row[]; messages: Row[]; turns: Row[]; steps: Row[]; letters: Row[] };

const TURN_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180];
const STEP_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const LAG_SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** A row counts when it enters a state, so that a repeated event counts nothing. */
export function countWritten(written: Written, batch: readonly Merged[], now: number): MetricDelta[] {
  const counters = new Counters();
  for (const row of written.conversations) countState(counters, PARKED, "parked", row);
  for (const row of written.messages) countMessage(counters, row);
  for (const row of written.turns) countTurn(counters, row);
  for (const row of written.steps) countStep(counters, row);
  for (const row of written.letters) countState(counters, DEAD_LETTERS, "open", row);
  for (const { sentAt } of batch)
    counters.observe("charla_projection_lag_seconds", "", LAG_SECONDS, Math.max(0, now - sentAt) / 1000);
  return counters.deltas();
}

function countMessage(counters: Counters, row: Row): void {
  const { direction, state, previous_state: before } = row;
  if (before === null) counters.add("charla_messages_total", `direction="${direction}"`, 1);
  if (direction !== "out" || state === before) return;
  counters.add("charla_outbox_total", `state="${state}"`, 1);
}

function countTurn(counters: Counters, row: Row): void {
  const { state, previous_state: before, outcome, opened_at: opened, closed_at: closed } = row;
  if (state === "open" || (before !== null && before !== "open")) return;
  counters.add("charla_turns_total", `outcome="${outcome ?? state}"`, 1);
  if (typeof opened === "number" && typeof closed === "number")
    counters.observe("charla_turn_duration_seconds", "", TURN_SECONDS, Math.max(0, closed - opened) / 1000);
}

function countStep(counters: Counters, row: Row): void {
  const { type, state, previous_state: before, ms, name } = row;
  if (state === "started" || (before !== null && before !== "started")) return;
  counters.add("charla_steps_total", `state="${state}",type="${type}"`, 1);
  if (typeof ms === "number")
    counters.observe("charla_step_duration_seconds", `type="${type}"`, STEP_SECONDS, ms / 1000);
  if (type !== "model") return;
  const model = `model="${escapeLabel(String(name))}"`;
  for (const direction of ["input", "output", "cached"])
    counters.add("charla_tokens_total", `direction="${direction}",${model}`, Number(row[`${direction}_tokens`] ?? 0));
  counters.add("charla_cost_micros_total", model, Number(row["cost_micros"] ?? 0));
}

/** How many rows are in a state just now. */
function countState(counters: Counters, gauge: string, counted: string, { state, previous_state: before }: Row): void {
  const [is, was] = [state === counted, before === counted];
  if (is !== was) counters.add(gauge, "", is ? 1 : -1);
}

const escapeLabel = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
