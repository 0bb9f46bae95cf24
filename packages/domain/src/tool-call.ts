import type { ToolEffect } from "./release.ts";

/** One call as the agent hands it to the tools Worker. The key is ours (turn, step, tool, canonical arguments). */
export type ToolRequest = {
  tenantId: string;
  conversationId: string;
  turnId: string;
  trackingId: string;
  name: string;
  kind: string;
  config: Record<string, unknown>;
  effect: ToolEffect;
  input: unknown;
  idempotencyKey: string;
  /** How long the caller waits from now on; a duration, so that clocks of two machines need not agree. */
  deadlineMs: number;
};

/** Expected outcomes are data. `unknown`: it may have happened; the model is told so and nobody repeats it. */
export type ToolResult =
  | { status: "ok"; output: unknown; ms: number; truncated?: boolean }
  | { status: "error"; code: string; message: string; retryable: boolean; ms: number }
  | { status: "unknown"; message: string; ms: number };
