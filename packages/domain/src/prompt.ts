import type { ToolCall } from "./log.ts";

/** A prompt as the loop builds it; providers turn it into their own shape. */
export type PromptMessage =
  | { role: "user"; text: string }
  | { role: "assistant"; text: string; calls?: ToolCall[] }
  | { role: "tool"; callId: string; name: string; output: unknown; failed?: boolean };

export type ModelTool = { name: string; description: string; inputSchema: Record<string, unknown> };
