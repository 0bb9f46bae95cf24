import type { TokenPrice } from "@charla/domain/known-models";
import type { ToolCall, Usage } from "@charla/domain/log";
import type { ModelVendor } from "@charla/domain/model-vendor";
import type { ModelTool, PromptMessage } from "@charla/domain/prompt";
import type { ModelRef } from "@charla/domain/release";

export type { ModelTool, PromptMessage };

export type ModelRequest = {
  ref: ModelRef;
  system: string;
  messages: PromptMessage[];
  /** Shown along with the newest message of the person; only to models that can see, or hear. */
  files?: readonly { mime: string; bytes: Uint8Array }[];
  tools: ModelTool[];
  /** The answer is an object of this JSON Schema, as text; whoever asks checks it, since not every model can be held to it. */
  output?: { schema: Record<string, unknown> };
  maxOutputTokens: number;
  signal: AbortSignal;
  /** Present where somebody watches: then the call is streamed. */
  onText?: (delta: string) => void;
  timeouts: { totalMs: number; firstTokenMs: number; idleMs: number };
};

export type ModelAnswer = {
  text: string;
  /** `input` is a string where the model sent something that is no JSON: the raw text, cut to 1 KB. No tool accepts it. */
  calls: ToolCall[];
  finish: "stop" | "length" | "tool-calls" | "content-filter" | "other";
  usage: Usage;
  usageEstimated: boolean;
  costMicros: number;
  ms: number;
  firstTokenMs?: number;
};

export type TranscriptionRequest = {
  ref: ModelRef;
  audio: Uint8Array;
  mime: string;
  signal: AbortSignal;
  timeouts: ModelRequest["timeouts"];
};

/** Words of a recording; empty where nobody speaks in it. */
export type Transcription = { text: string; usage: Usage; costMicros: number; ms: number };

/** What to do next: wait and retry (`throttle`, `transient`, `timeout`, `garbage`), go to the fall-back at once (`auth`, `invalid`), or nothing (`aborted`). */
export type ModelErrorClass = "throttle" | "transient" | "timeout" | "garbage" | "auth" | "invalid" | "aborted";

export class ModelError extends Error {
  readonly class: ModelErrorClass;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  constructor(
    kind: ModelErrorClass,
    message: string,
    options: { status?: number; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "ModelError";
    this.class = kind;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Where a call goes: the platform's binding, or a tenant's server with its key opened for this call only. */
export type ModelConnection = PlatformConnection | KeyedConnection;

export type PlatformConnection = { kind: "workers-ai"; binding: WorkersAiBinding };

export type KeyedConnection = {
  kind: ModelVendor;
  baseUrl: string;
  apiKey: string;
  prices: PriceTable;
  fetch: typeof fetch;
};

/** The part of `env.AI` that is used; the emulator offers the same. */
export type WorkersAiBinding = {
  run: (model: string, inputs: unknown, options?: Record<string, unknown>) => Promise<unknown>;
};

/** Micro-dollars per million tokens equal dollars per million times 1e6; kept as dollars per million as vendors print them. */
export type PriceTable = Record<string, TokenPrice>;

export type ModelProvider<C extends ModelConnection> = {
  kind: C["kind"];
  call: (request: ModelRequest, connection: C) => Promise<ModelAnswer>;
  transcribe: (request: TranscriptionRequest, connection: C) => Promise<Transcription>;
};
