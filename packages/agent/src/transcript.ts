import type { InRow, StepRow, ToolCall } from "@charla/domain/log";
import type { PromptMessage } from "@charla/domain/prompt";
import { textOfFile } from "./file-words.ts";
import { visibleText } from "./visible-text.ts";

export type StepBodies = Pick<StepRow, "seq" | "state" | "body">;

/** What the person wrote, as the model reads it. Media are named, never silently dropped. */
export function textOfInbound(row: InRow): string {
  const { body } = row;
  if (body.deleted) return "";
  const { event } = body;
  if (event.kind === "unsupported") return `[${event.what}]`;
  if (event.kind !== "message") return "";
  const parts: string[] = [];
  const text = body.text ?? (event.action ? event.action.title : event.text);
  const visible = visibleText(text);
  // Of an answer it says nothing new.
  if (event.subject !== undefined && event.replyTo === undefined && event.subject !== text)
    parts.push(`[Subject: ${visibleText(event.subject)}]`);
  if (visible.trim() !== "") parts.push(visible);
  for (const [n, media] of (event.media ?? []).entries()) parts.push(textOfFile(media, body.files?.[n]));
  return parts.join("\n");
}

export function inOrder(rows: readonly InRow[]): InRow[] {
  return rows.toSorted((a, b) => a.at - b.at || a.seq - b.seq);
}

/** Calls are known to the model by our ids, so that duplicate or missing ids of a vendor cannot confuse results. */
export const callIdOf = (stepSeq: number, index: number): string => `c${stepSeq}_${index}`;

/**
 * The turn so far: messages and finished steps in the order in which they happened. What arrived while tools ran comes
 * after their results, because vendors want every result right behind its call.
 */
export function turnMessages(inbound: readonly InRow[], steps: readonly StepBodies[]): PromptMessage[] {
  const messages: PromptMessage[] = [];
  const models = steps.filter(
    (step) => step.body.type === "model" && step.state === "done" && step.body.calls.length > 0,
  );
  let from = 0;
  for (const step of models) {
    pushInbound(
      messages,
      inbound.filter((row) => row.seq > from && row.seq < step.seq),
    );
    from = step.seq;
    if (step.body.type !== "model") continue;
    messages.push({ role: "assistant", text: step.body.text, calls: step.body.calls });
    for (const call of step.body.calls) messages.push(resultOf(call, steps));
  }
  pushInbound(
    messages,
    inbound.filter((row) => row.seq > from),
  );
  return messages;
}

function pushInbound(messages: PromptMessage[], rows: readonly InRow[]): void {
  const text = inOrder(rows)
    .map(textOfInbound)
    .filter((part) => part !== "")
    .join("\n");
  if (text !== "") messages.push({ role: "user", text });
}

function resultOf(call: ToolCall, steps: readonly StepBodies[]): PromptMessage {
  for (const step of steps) {
    const { body } = step;
    if (body.type !== "tool" || body.callId !== call.id) continue;
    if (step.state === "done") return { role: "tool", callId: call.id, name: call.name, output: body.output };
    if (step.state === "unknown") {
      const output = {
        error: "OUTCOME_UNKNOWN",
        message: "It is not known whether this took effect. Do not repeat it; say so and offer a person.",
      };
      return { role: "tool", callId: call.id, name: call.name, output, failed: true };
    }
    return {
      role: "tool",
      callId: call.id,
      name: call.name,
      output: { error: body.error?.code ?? "FAILED", message: body.error?.message ?? "" },
      failed: true,
    };
  }
  return {
    role: "tool",
    callId: call.id,
    name: call.name,
    output: { error: "NOT_RUN", message: "This call was not run." },
    failed: true,
  };
}
