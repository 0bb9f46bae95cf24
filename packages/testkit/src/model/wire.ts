import type { Behaviour, ScriptedCall } from "./behaviour.ts";
import type { ChatCall } from "./call.ts";

type WireCall = { id: string; type: "function"; function: { name: string; arguments: string } };

let serial = 0;

const wireCall = (call: ScriptedCall): WireCall => ({
  id: call.id ?? `call_${++serial}`,
  type: "function",
  function: { name: call.name, arguments: typeof call.args === "string" ? call.args : JSON.stringify(call.args) },
});

const finishOf = (behaviour: Behaviour): string =>
  behaviour.finish ?? (behaviour.calls?.length ? "tool_calls" : "stop");

/** A rough count is enough: a caller must not depend on its being right. */
function usageOf(call: ChatCall, behaviour: Behaviour): Record<string, unknown> {
  if (behaviour.usage === null) return {};
  const prompt = Math.ceil(call.messages.reduce((sum, message) => sum + message.text.length, 0) / 4) + 4;
  const completion = Math.ceil((behaviour.text ?? "").length / 4) + 8 * (behaviour.calls?.length ?? 0);
  return {
    usage: behaviour.usage ?? {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
    },
  };
}

const envelope = (call: ChatCall, object: string): Record<string, unknown> => ({
  id: `chatcmpl-${++serial}`,
  object,
  created: Math.floor(Date.now() / 1000),
  model: call.model,
});

export function wholeAnswer(call: ChatCall, behaviour: Behaviour): string {
  const calls = (behaviour.calls ?? []).map(wireCall);
  const message = {
    role: "assistant",
    content: behaviour.text ?? null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  return JSON.stringify({
    ...envelope(call, "chat.completion"),
    choices: [{ index: 0, message, finish_reason: finishOf(behaviour), logprobs: null }],
    ...usageOf(call, behaviour),
  });
}

function pieces(text: string, how: Behaviour["chunk"]): string[] {
  if (text === "") return [];
  if (how === "whole") return [text];
  if (how === "characters") return Array.from(text);
  return text.match(/\S+\s*|\s+/g) ?? [text];
}

/** The frames of a streamed answer, in order; the last two (finish, end) are told apart so that they can be left out. */
export function streamedAnswer(call: ChatCall, behaviour: Behaviour): { body: string[]; end: string[] } {
  const base = envelope(call, "chat.completion.chunk");
  const frame = (delta: unknown, finish: string | null = null): string =>
    `data: ${JSON.stringify({ ...base, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const body = [frame({ role: "assistant", content: "" })];
  for (const piece of pieces(behaviour.text ?? "", behaviour.chunk)) body.push(frame({ content: piece }));
  for (const [index, scripted] of (behaviour.calls ?? []).entries()) {
    const { id, type, function: fn } = wireCall(scripted);
    const half = Math.ceil(fn.arguments.length / 2);
    body.push(frame({ tool_calls: [{ index, id, type, function: { name: fn.name, arguments: "" } }] }));
    body.push(frame({ tool_calls: [{ index, function: { arguments: fn.arguments.slice(0, half) } }] }));
    body.push(frame({ tool_calls: [{ index, function: { arguments: fn.arguments.slice(half) } }] }));
  }
  const end = [frame({}, finishOf(behaviour))];
  if (call.wantsUsage && behaviour.usage !== null)
    end.push(`data: ${JSON.stringify({ ...base, choices: [], ...usageOf(call, behaviour) })}\n\n`);
  end.push("data: [DONE]\n\n");
  return { body, end };
}
