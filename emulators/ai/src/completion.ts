import { answer, read } from "./answer.ts";
import type { ChatRequest, ToolCall } from "./chat-request.ts";
import { phrases } from "./phrases.ts";
import { fillSchema } from "./schema-fill.ts";
import { summarise, summarySource, summaryWanted } from "./summary.ts";
import { estimateTokens, limitTokens, usageOf, type Usage } from "./tokens.ts";
import { chooseTools } from "./tool-choice.ts";
import { readTranscript, type Transcript } from "./transcript.ts";
import { contextExceeded } from "./errors.ts";

export interface Completion {
  text: string;
  toolCalls: ToolCall[];
  finishReason: "stop" | "length" | "tool_calls";
  usage: Usage;
}

// Ids follow from the content, so that the same request gives the same bytes.
function callId(call: Omit<ToolCall, "id">, position: number, seed: string): string {
  let hash = 0x811c9dc5;
  for (const char of `${seed}|${position}|${call.name}|${JSON.stringify(call.arguments)}`)
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return `call_${hash.toString(16).padStart(8, "0")}${position}`;
}

function respond(request: ChatRequest, transcript: Transcript): { text: string; calls: Omit<ToolCall, "id">[] } {
  if (transcript.outcomes.length === 0 && request.tools.length === 0 && summaryWanted(transcript)) {
    return { text: summarise(summarySource(transcript), request.maxTokens * 4), calls: [] };
  }
  const reading = read(transcript);
  const decision = chooseTools(request, transcript, reading);
  if (decision.calls.length > 0) return { text: "", calls: decision.calls };
  if (decision.missing.length > 0 && !reading.answerable)
    return { text: phrases(transcript.language).need(decision.missing.join(", ")), calls: [] };
  return { text: answer(transcript, reading), calls: [] };
}

/** One call of the demo model: a pure function of the request. */
export function complete(request: ChatRequest, contextTokens: number): Completion {
  const promptTokens = estimateTokens(request.promptText);
  if (promptTokens + request.maxTokens > contextTokens)
    throw contextExceeded(promptTokens + request.maxTokens, contextTokens);
  const transcript = readTranscript(request);
  const { text, calls } = respond(request, transcript);
  if (calls.length > 0) {
    const toolCalls = calls.map((call, position) => ({ id: callId(call, position, request.promptText), ...call }));
    return {
      text: "",
      toolCalls,
      finishReason: "tool_calls",
      usage: usageOf(request.promptText, JSON.stringify(calls)),
    };
  }
  const body =
    request.responseSchema === undefined
      ? text
      : JSON.stringify(fillSchema(request.responseSchema, { text: transcript.ask || transcript.system, reply: text }));
  const limited = limitTokens(body, request.maxTokens);
  return {
    text: limited.text,
    toolCalls: [],
    finishReason: limited.cut ? "length" : "stop",
    usage: usageOf(request.promptText, limited.text),
  };
}
