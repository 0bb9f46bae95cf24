import type { LanguageModelV4FinishReason, LanguageModelV4Usage } from "@ai-sdk/provider";
import type { ToolCall, Usage } from "@charla/domain/log";
import { ModelError, type ModelAnswer, type ModelRequest } from "./contract.ts";
import { estimateTokens, MESSAGE_OVERHEAD_TOKENS } from "./tokens.ts";

/** Longest text kept of one answer, in UTF-16 units; what a server sends beyond is not read. */
export const MAX_TEXT = 200 * 1024;
const MAX_CALLS = 64;
const MAX_ARGUMENTS = 64 * 1024;
const MAX_INVALID = 1024;
/** Above what any model reads or writes in one call. */
const MAX_PLAUSIBLE_TOKENS = 20_000_000;

/** What has come of an answer so far; both the whole and the streamed way fill it. */
export class AnswerDraft {
  text = "";
  readonly calls: ToolCall[] = [];
  full = false;

  /** Returns the part of the text that was kept. */
  addText(text: string): string {
    const room = MAX_TEXT - this.text.length;
    if (text.length <= room) {
      this.text += text;
      return text;
    }
    this.full = true;
    const kept = text.slice(0, Math.max(room, 0));
    // Half of a surrogate pair would be stored as a replacement character.
    const whole = /[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept;
    this.text += whole;
    return whole;
  }

  addCall(id: string, name: string, raw: string): void {
    if (this.calls.length < MAX_CALLS) this.calls.push({ id, name: name.slice(0, 128), input: parseArguments(raw) });
  }
}

/** Arguments as data; text that is no JSON stays text, so that the loop can tell the model what it sent. */
function parseArguments(raw: string): unknown {
  if (raw.trim() === "") return {};
  if (raw.length > MAX_ARGUMENTS) return raw.slice(0, MAX_INVALID);
  try {
    const input: unknown = JSON.parse(raw);
    return typeof input === "string" ? input.slice(0, MAX_INVALID) : input;
  } catch {
    return raw.slice(0, MAX_INVALID);
  }
}

export function finishOf(reason: LanguageModelV4FinishReason, draft: AnswerDraft): ModelAnswer["finish"] {
  if (draft.full) return "length";
  switch (reason.unified) {
    case "error":
    case "interrupted":
      throw new ModelError("garbage", `The answer ended without a finish (${reason.raw ?? reason.unified})`);
    case "stop":
      // The provider of Workers AI knows no filters and calls them a stop.
      if (reason.raw === "content_filter") return "content-filter";
      // Some servers say "stop" where they mean calls.
      return draft.calls.length > 0 ? "tool-calls" : "stop";
    default:
      return reason.unified;
  }
}

/** The vendor's count where it can be true, else our own. A prompt never has zero tokens, an answer with content neither. */
export function usageOf(
  reported: LanguageModelV4Usage | undefined,
  request: ModelRequest,
  draft: AnswerDraft,
): { usage: Usage; estimated: boolean } {
  const input = reported?.inputTokens.total;
  const output = reported?.outputTokens.total;
  const empty = draft.text === "" && draft.calls.length === 0;
  const inputOk = isCount(input) && input > 0;
  const outputOk = isCount(output) && (output > 0 || empty);
  const usage: Usage = {
    input: inputOk ? input : estimatePrompt(request),
    output: outputOk
      ? output
      : estimateTokens(draft.text) + (draft.calls.length > 0 ? estimateTokens(JSON.stringify(draft.calls)) : 0),
    cached: 0,
  };
  const cached = reported?.inputTokens.cacheRead;
  if (inputOk && isCount(cached) && cached <= input) usage.cached = cached;
  return { usage, estimated: !inputOk || !outputOk };
}

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MAX_PLAUSIBLE_TOKENS;

export function estimatePrompt(request: Pick<ModelRequest, "system" | "messages" | "tools">): number {
  let tokens = estimateTokens(request.system);
  for (const message of request.messages) {
    tokens += MESSAGE_OVERHEAD_TOKENS;
    if (message.role === "tool")
      tokens += estimateTokens(
        typeof message.output === "string" ? message.output : JSON.stringify(message.output ?? null),
      );
    else tokens += estimateTokens(message.text);
    if (message.role === "assistant" && message.calls !== undefined)
      tokens += estimateTokens(JSON.stringify(message.calls));
  }
  return request.tools.length === 0 ? tokens : tokens + estimateTokens(JSON.stringify(request.tools));
}
