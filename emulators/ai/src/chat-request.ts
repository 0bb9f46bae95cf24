import * as z from "zod";
import { badInput } from "./errors.ts";

/** JSON Schema as far as this model reads it. */
export interface JsonSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  definitions?: Record<string, JsonSchema>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

// Only the outside is checked: the reader tolerates unknown keywords, and a wrong one shows as an unfilled field.
const schemaShape = z.custom<JsonSchema>(isObject);

const part = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  image_url: z.union([z.string(), z.looseObject({ url: z.string() })]).optional(),
});

const toolCall = z.looseObject({
  id: z.string().optional(),
  name: z.string().optional(),
  arguments: z.unknown().optional(),
  function: z.looseObject({ name: z.string(), arguments: z.unknown() }).optional(),
});

const message = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(part)]).nullish(),
  name: z.string().nullish(),
  tool_call_id: z.string().nullish(),
  tool_calls: z.array(toolCall).nullish(),
});

const functionTool = z.looseObject({
  name: z.string(),
  description: z.string().nullish(),
  parameters: schemaShape.nullish(),
});

const inputs = z.looseObject({
  prompt: z.string().optional(),
  messages: z.array(message).min(1).optional(),
  tools: z.array(z.union([z.looseObject({ function: functionTool }), functionTool])).nullish(),
  tool_choice: z.union([z.string(), z.looseObject({ function: z.looseObject({ name: z.string() }) })]).nullish(),
  response_format: z.looseObject({ type: z.string(), json_schema: schemaShape.nullish() }).nullish(),
  max_tokens: z.number().positive().nullish(),
  max_completion_tokens: z.number().positive().nullish(),
  stream: z.boolean().nullish(),
});

type Inputs = z.infer<typeof inputs>;

export interface ToolSpec {
  name: string;
  description: string;
  parameters: JsonSchema;
}

export interface ToolCall {
  id: string;
  name: string;
  arguments: Record<string, unknown>;
}

export interface ChatMessage {
  role: "system" | "user" | "assistant" | "tool";
  text: string;
  images: string[];
  toolName: string;
  toolCallId: string;
  toolCalls: ToolCall[];
}

export interface ChatRequest {
  messages: ChatMessage[];
  tools: ToolSpec[];
  toolChoice: { mode: "auto" | "none" | "required" } | { mode: "named"; name: string };
  responseSchema: JsonSchema | undefined;
  maxTokens: number;
  stream: boolean;
  /** Everything that is paid for as input. */
  promptText: string;
}

// The service's own default, and a trap worth keeping: an answer is cut unless the caller asks for more.
const DEFAULT_MAX_TOKENS = 256;

const asArguments = (value: unknown): Record<string, unknown> => {
  if (typeof value !== "string") return isObject(value) ? value : {};
  try {
    const parsed: unknown = JSON.parse(value);
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
};

function readMessage(raw: z.infer<typeof message>): ChatMessage {
  const parts = Array.isArray(raw.content) ? raw.content : [{ type: "text", text: raw.content ?? "" }];
  const images = parts.flatMap((p) =>
    "image_url" in p && p.image_url ? [typeof p.image_url === "string" ? p.image_url : p.image_url.url] : [],
  );
  const role = raw.role === "developer" ? "system" : raw.role;
  if (role !== "system" && role !== "user" && role !== "assistant" && role !== "tool")
    throw badInput(`unknown role '${raw.role}' at '/messages'`);
  return {
    role,
    text: parts.flatMap((p) => (p.text ? [p.text] : [])).join("\n"),
    images,
    toolName: raw.name ?? "",
    toolCallId: raw.tool_call_id ?? "",
    toolCalls: (raw.tool_calls ?? []).map((call) => ({
      id: call.id ?? "",
      name: call.function?.name ?? call.name ?? "",
      arguments: asArguments(call.function?.arguments ?? call.arguments),
    })),
  };
}

function readToolChoice(choice: Inputs["tool_choice"]): ChatRequest["toolChoice"] {
  if (typeof choice === "object" && choice !== null) return { mode: "named", name: choice.function.name };
  if (choice === "none") return { mode: "none" };
  return { mode: choice === "required" || choice === "any" ? "required" : "auto" };
}

function readResponseSchema(format: Inputs["response_format"]): JsonSchema | undefined {
  if (!format || format.type === "text") return undefined;
  const given = format.json_schema ?? {};
  const enveloped: unknown = "schema" in given ? given.schema : undefined;
  return isObject(enveloped) ? enveloped : given;
}

export function readChatRequest(raw: unknown): ChatRequest {
  const parsed = inputs.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badInput(`${issue?.message ?? "invalid input"} at '/${issue?.path.join("/") ?? ""}'`);
  }
  const given = parsed.data;
  const messages = given.messages ?? (given.prompt === undefined ? [] : [{ role: "user", content: given.prompt }]);
  if (messages.length === 0)
    throw badInput("oneOf at '/' not met, 0 matches: required properties at '/' are 'prompt' or 'messages'");
  return {
    messages: messages.map(readMessage),
    tools: (given.tools ?? []).map((tool) => {
      const spec = "function" in tool ? functionTool.parse(tool.function) : functionTool.parse(tool);
      return {
        name: spec.name,
        description: spec.description ?? "",
        parameters: spec.parameters ?? { type: "object" },
      };
    }),
    toolChoice: readToolChoice(given.tool_choice),
    responseSchema: readResponseSchema(given.response_format),
    maxTokens: Math.floor(given.max_tokens ?? given.max_completion_tokens ?? DEFAULT_MAX_TOKENS),
    stream: given.stream === true,
    promptText:
      messages.map((m) => JSON.stringify(m.content ?? "") + JSON.stringify(m.tool_calls ?? "")).join("\n") +
      JSON.stringify(given.tools ?? ""),
  };
}
