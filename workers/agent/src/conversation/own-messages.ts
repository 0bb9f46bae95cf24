import { inOrder, textOfInbound, turnMessages, type StepBodies } from "@charla/agent/transcript";
import type { InRow } from "@charla/domain/log";
import type { PromptMessage } from "@charla/domain/prompt";
import { estimateTokens } from "@charla/models/tokens";

const leftOut = (count: number): PromptMessage => ({
  role: "user",
  text: `[${count} earlier ${count === 1 ? "message was" : "messages were"} left out here: together they were too long.]`,
});

/** The turn's own part of a prompt. Of more than fits the newest stay, the very newest always, and the model is told. */
export function ownMessages(inbound: readonly InRow[], steps: readonly StepBodies[], budget: number): PromptMessage[] {
  const kept = newestWithin(inbound, budget);
  const messages = turnMessages(kept, steps);
  return kept.length === inbound.length ? messages : joined([leftOut(inbound.length - kept.length)], messages);
}

function newestWithin(inbound: readonly InRow[], budget: number): readonly InRow[] {
  const kept: InRow[] = [];
  let tokens = 0;
  for (const row of inOrder(inbound).reverse()) {
    tokens += estimateTokens(textOfInbound(row));
    if (tokens > budget && kept.length > 0) return kept.reverse();
    kept.push(row);
  }
  return inbound;
}

/** Vendors refuse or misread two user messages in a row. */
export function joined(messages: PromptMessage[], more: readonly PromptMessage[]): PromptMessage[] {
  for (const message of more) {
    const last = messages[messages.length - 1];
    if (last && last.role === "user" && message.role === "user") last.text = `${last.text}\n${message.text}`;
    else messages.push({ ...message });
  }
  return messages;
}
