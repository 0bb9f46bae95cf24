import type { Passage } from "@charla/domain/knowledge";
import type { InRow, StepRow } from "@charla/domain/log";
import { inOrder, textOfInbound } from "../transcript.ts";
import { termsOf } from "./words.ts";

/** Fewer words than this and the question leans on the one before it: "and on Sundays?" */
const ENOUGH_WORDS = 3;
const MAX_QUERY = 1500;

/** What to look up for a turn: all that the person wrote, and what they said before where that alone says too little. */
export function queryOf(inbound: readonly InRow[], before: string): string {
  const text = inOrder(inbound)
    .map(textOfInbound)
    .filter((part) => part !== "")
    .join("\n");
  const words = termsOf(text).length;
  const asked = words > 0 && words < ENOUGH_WORDS && before !== "" ? `${before}\n${text}` : text;
  return asked.slice(-MAX_QUERY).toWellFormed();
}

/** The look-up of the turn as its messages are now; what was looked up before somebody wrote again is out of date. */
export const retrievalOf = (steps: readonly StepRow[], epoch: number): StepRow | undefined =>
  steps.findLast(({ body }) => body.type === "retrieval" && body.epoch === epoch);

/**
 * What a prompt shows of the last look-up; nothing where nothing was asked for. That nothing was found is shown, too, but
 * not where part of the knowledge could not be asked: then nobody knows.
 */
export function shownPassages(steps: readonly Pick<StepRow, "body">[]): readonly Passage[] | undefined {
  const last = steps.findLast(({ body }) => body.type === "retrieval")?.body;
  if (last?.type !== "retrieval" || last.terms.length === 0) return undefined;
  return last.passages.length === 0 && last.degraded !== undefined ? undefined : last.passages;
}
