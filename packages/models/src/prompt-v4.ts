import type { LanguageModelV4CallOptions, LanguageModelV4FunctionTool, LanguageModelV4Message } from "@ai-sdk/provider";
import type { ModelRequest, ModelTool, PromptMessage } from "./contract.ts";

type AssistantPart = Extract<LanguageModelV4Message, { role: "assistant" }>["content"][number];

/** Our request in the shape every provider of the AI SDK takes. No defaults are left to vendors: some stop at 256 tokens. */
export function callOptions(request: ModelRequest, abortSignal: AbortSignal): LanguageModelV4CallOptions {
  const prompt: LanguageModelV4Message[] = [];
  if (request.system !== "") prompt.push({ role: "system", content: request.system });
  for (const message of request.messages) {
    const turned = messageV4(message);
    if (turned !== null) prompt.push(turned);
  }
  for (const file of request.files ?? []) show(prompt, file);
  return {
    prompt,
    maxOutputTokens: request.maxOutputTokens,
    temperature: request.ref.temperature,
    tools: request.tools.length === 0 ? undefined : toolsV4(request.tools),
    responseFormat: request.output === undefined ? undefined : { type: "json", schema: request.output.schema },
    abortSignal,
  };
}

function show(prompt: LanguageModelV4Message[], { mime, bytes }: { mime: string; bytes: Uint8Array }): void {
  const last = prompt.findLast((message) => message.role === "user");
  last?.content.push({ type: "file", mediaType: mime, data: { type: "data", data: bytes } });
}

function messageV4(message: PromptMessage): LanguageModelV4Message | null {
  switch (message.role) {
    case "user":
      return { role: "user", content: [{ type: "text", text: message.text }] };
    case "assistant": {
      const content: AssistantPart[] = message.text === "" ? [] : [{ type: "text", text: message.text }];
      for (const call of message.calls ?? []) {
        content.push({ type: "tool-call", toolCallId: call.id, toolName: call.name, input: asObject(call.input) });
      }
      return content.length === 0 ? null : { role: "assistant", content };
    }
    case "tool": {
      const value = typeof message.output === "string" ? message.output : JSON.stringify(message.output ?? null);
      // A failure says so in the text; vendors' own wrappings of failures differ.
      const output = { type: "text" as const, value };
      return {
        role: "tool",
        content: [{ type: "tool-result", toolCallId: message.callId, toolName: message.name, output }],
      };
    }
  }
}

/** Servers refuse a history whose call arguments are no object, so arguments that never were JSON are shown wrapped. */
const asObject = (input: unknown): object =>
  typeof input === "object" && input !== null && !Array.isArray(input) ? input : { invalid: input };

const cache = new WeakMap<ModelTool[], LanguageModelV4FunctionTool[]>();

function toolsV4(tools: ModelTool[]): LanguageModelV4FunctionTool[] {
  const known = cache.get(tools);
  if (known !== undefined) return known;
  const turned = tools.map(({ name, description, inputSchema }): LanguageModelV4FunctionTool => ({
    type: "function",
    name,
    description,
    inputSchema,
  }));
  cache.set(tools, turned);
  return turned;
}
