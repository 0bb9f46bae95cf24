import type { Wire } from "./catalog.ts";
import type { Completion } from "./completion.ts";

const openAiCalls = (completion: Completion) =>
  completion.toolCalls.map((call) => ({
    id: call.id,
    type: "function",
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));

const nativeBody = (completion: Completion) => ({
  response: completion.toolCalls.length > 0 ? null : completion.text,
  tool_calls: completion.toolCalls.map((call) => ({ name: call.name, arguments: call.arguments })),
  finish_reason: completion.finishReason,
  usage: completion.usage,
});

const openAiBody = (completion: Completion, model: string) => ({
  id: "chatcmpl-demo",
  object: "chat.completion",
  created: 0,
  model,
  choices: [
    {
      index: 0,
      message: {
        role: "assistant",
        content: completion.toolCalls.length > 0 ? null : completion.text,
        ...(completion.toolCalls.length > 0 ? { tool_calls: openAiCalls(completion) } : {}),
      },
      finish_reason: completion.finishReason,
    },
  ],
  usage: completion.usage,
});

/** A whole answer as the model family sends it. */
export const wholeBody = (wire: Wire, completion: Completion, model: string): object =>
  wire === "native" ? nativeBody(completion) : openAiBody(completion, model);

/** Pieces the size tokens have, so that consumers see words split the way a real stream splits them. */
export const pieces = (text: string): string[] => text.match(/\s*\S{1,6}|\s+$/g) ?? [];

const halves = (text: string): string[] =>
  [text.slice(0, Math.ceil(text.length / 2)), text.slice(Math.ceil(text.length / 2))].filter((half) => half !== "");

/** Tool calls arrive in parts: name first, then the arguments in fragments. */
function callDeltas(completion: Completion): object[][] {
  return completion.toolCalls.flatMap((call, index) => [
    [{ id: call.id, type: "function", index, function: { name: call.name, arguments: "" } }],
    ...halves(JSON.stringify(call.arguments)).map((fragment) => [{ index, function: { arguments: fragment } }]),
  ]);
}

/** The native stream carries every call whole, all in one event. */
function nativeEvents(completion: Completion): object[] {
  const calls = openAiCalls(completion).map((call, index) => ({ index, ...call }));
  return [
    ...pieces(completion.text).map((response) => ({
      response,
      // Padding of the real service, which hides the length of tokens from an observer of the connection.
      p: "abcdefghijklmnopqrstuvwxyz".slice(0, response.length),
    })),
    ...(calls.length > 0 ? [{ response: "", tool_calls: calls }] : []),
    { response: "", finish_reason: completion.finishReason, usage: completion.usage },
  ];
}

function openAiEvents(completion: Completion, model: string): object[] {
  const envelope = { id: "chatcmpl-demo", object: "chat.completion.chunk", created: 0, model };
  const chunk = (delta: object, finish_reason: string | null) => ({
    ...envelope,
    choices: [{ index: 0, delta, finish_reason }],
  });
  return [
    chunk({ role: "assistant", content: "" }, null),
    ...pieces(completion.text).map((content) => chunk({ content }, null)),
    ...callDeltas(completion).map((tool_calls) => chunk({ tool_calls }, null)),
    chunk({}, completion.finishReason),
    { ...envelope, choices: [], usage: completion.usage },
  ];
}

/** The same answer as a sequence of stream events, without the closing mark. */
export const streamEvents = (wire: Wire, completion: Completion, model: string): object[] =>
  wire === "native" ? nativeEvents(completion) : openAiEvents(completion, model);
