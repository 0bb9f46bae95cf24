import type { ToolEffect } from "@charla/domain/release";
import type * as z from "zod";

export type ToolContext = {
  /** The only way out: egress-guarded, size- and time-capped. */
  fetch: (url: string, init: EgressInit) => Promise<EgressResponse>;
  idempotencyKey: string;
  deadline: number;
  signal: AbortSignal;
};

/** Every call says whether its host was written in the configuration or came out of data. */
export type EgressInit = {
  method: "GET" | "POST";
  headers?: Record<string, string>;
  body?: string;
  hostFrom: "config" | "data";
  allowHosts: string[];
  maxBytes: number;
};
export type EgressResponse = { status: number; headers: Headers; text: string; truncated: boolean };

/** A call that certainly did not happen, or that did and was refused; anything else a kind throws counts as unknown for unsafe tools. */
export class ToolFailure extends Error {
  readonly code: string;
  readonly retryable: boolean;
  constructor(code: string, message: string, retryable = false) {
    super(message);
    this.name = "ToolFailure";
    this.code = code;
    this.retryable = retryable;
  }
}

/** One kind = one file that exports `defineToolKind({...})` and one line in `registry.ts`. */
export type ToolKind<C = unknown, I = unknown> = {
  kind: string;
  label: { es: string; en: string };
  defaultDescription: string;
  effect: (config: C) => ToolEffect;
  timeoutMs: (config: C) => number;
  configSchema: z.ZodType<C>;
  /** The model sees this as JSON Schema; it may depend on the configuration. */
  inputSchema: (config: C) => z.ZodType<I>;
  /** Values of the configuration that must never be seen in a result, even if the remote repeats them. */
  secrets?: (config: C) => string[];
  run: (call: { config: C; input: I; context: ToolContext }) => Promise<unknown>;
};

export const defineToolKind = <C, I>(kind: ToolKind<C, I>): ToolKind<C, I> => kind;
