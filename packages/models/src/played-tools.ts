import type { ToolCall } from "@charla/domain/log";
import type { ModelAnswer, ModelRequest, ModelTool, PromptMessage } from "./contract.ts";
import { isObject, objectIn } from "./json-in-text.ts";

type Call = (request: ModelRequest) => Promise<ModelAnswer>;

const MAX_CALLS = 16;

/**
 * Calling of tools with a model that knows nothing of it: it is told of them in its instructions, answers with one JSON
 * object, and is held to that by a schema where it can be. To whoever asks, the answer looks as that of any other model.
 */
export async function playTools(request: ModelRequest, call: Call, structured: boolean): Promise<ModelAnswer> {
  const { tools, onText, output, ...rest } = request;
  const answer = await call({
    ...rest,
    system: [request.system, rulesFor(tools, output?.schema)].filter((part) => part !== "").join("\n\n"),
    messages: request.messages.reduce(asTexts, []),
    tools: [],
    ...(structured ? { output: { schema: replySchema(tools, output?.schema) } } : {}),
    // Nothing can be shown before it is known whether it is said or called; but silence is limited as ever.
    ...(onText ? { onText: () => undefined } : {}),
  });
  const reply = objectIn(answer.text);
  const calls = callsIn(reply);
  if (calls.length > 0) return { ...answer, text: "", calls, finish: "tool-calls" };
  const text = said(reply) ?? answer.text;
  if (text !== "") onText?.(text);
  return { ...answer, text };
}

const rulesFor = (tools: readonly ModelTool[], schema: object | undefined): string =>
  [
    "You can call these tools:",
    ...tools.map((tool) =>
      JSON.stringify({ name: tool.name, description: tool.description, arguments: tool.inputSchema }),
    ),
    'Answer with one JSON object and nothing else. To call tools: {"calls":[{"name":"…","arguments":{…}}]}. To answer the person: {"say":"…"}.',
    schema === undefined ? "" : `What stands under "say" then is an object of this schema: ${JSON.stringify(schema)}`,
    "Call a tool only for what you do not know yet. Results of calls come as messages that begin with [Result of …].",
  ]
    .filter((part) => part !== "")
    .join("\n");

const replySchema = (tools: readonly ModelTool[], schema: object | undefined): Record<string, unknown> => ({
  type: "object",
  properties: {
    say: schema ?? { type: "string" },
    calls: {
      type: "array",
      items: {
        type: "object",
        properties: { name: { type: "string", enum: tools.map(({ name }) => name) }, arguments: { type: "object" } },
        required: ["name", "arguments"],
      },
    },
  },
});

/** The history as the model would have written it itself; results are what comes from outside, so the person's side brings them. */
function asTexts(messages: PromptMessage[], message: PromptMessage): PromptMessage[] {
  const turned = asText(message);
  const last = messages.at(-1);
  if (turned.role === "user" && last?.role === "user") {
    messages[messages.length - 1] = { role: "user", text: `${last.text}\n${turned.text}` };
    return messages;
  }
  messages.push(turned);
  return messages;
}

function asText(message: PromptMessage): PromptMessage {
  if (message.role === "user") return message;
  if (message.role === "tool") {
    const output = typeof message.output === "string" ? message.output : JSON.stringify(message.output ?? null);
    return { role: "user", text: `[Result of ${message.name}${message.failed ? ", which failed" : ""}] ${output}` };
  }
  const calls = message.calls ?? [];
  if (calls.length === 0) return { role: "assistant", text: JSON.stringify({ say: message.text }) };
  const asked = calls.map(({ name, input }) => ({ name, arguments: input }));
  return { role: "assistant", text: JSON.stringify({ calls: asked }) };
}

function callsIn(reply: Record<string, unknown> | null): ToolCall[] {
  const list: unknown[] = Array.isArray(reply?.["calls"]) ? reply["calls"] : [];
  return list.slice(0, MAX_CALLS).flatMap((one, n): ToolCall[] => {
    if (!isObject(one) || typeof one["name"] !== "string" || one["name"] === "") return [];
    const input = one["arguments"] ?? {};
    // What is no object is kept, so that the loop can tell the model what it sent.
    return [{ id: `played_${n}`, name: one["name"].slice(0, 128), input }];
  });
}

function said(reply: Record<string, unknown> | null): string | undefined {
  const say = reply?.["say"];
  if (typeof say === "string") return say;
  return isObject(say) ? JSON.stringify(say) : undefined;
}
