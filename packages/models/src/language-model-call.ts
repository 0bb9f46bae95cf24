import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from "@ai-sdk/provider";
import { AnswerDraft, finishOf, usageOf } from "./answer.ts";
import { CallClock } from "./call-clock.ts";
import { classify } from "./classify.ts";
import { ModelError, type ModelAnswer, type ModelRequest } from "./contract.ts";
import { costMicros, type Price } from "./prices.ts";
import { callOptions } from "./prompt-v4.ts";

type Ended = { finish: LanguageModelV4FinishReason; usage: LanguageModelV4Usage | undefined; firstTokenAt?: number };

/**
 * One call at the provider level of the AI SDK. `generateText` on top of it costs 0.4 ms of CPU per call more and would
 * add nothing: retries, tools and steps are journaled by the loop.
 */
export async function callLanguageModel(
  model: LanguageModelV4,
  request: ModelRequest,
  price: Price,
): Promise<ModelAnswer> {
  const startedAt = Date.now();
  const clock = new CallClock(request);
  const draft = new AnswerDraft();
  try {
    if (clock.reason !== undefined) throw clock.reason;
    const options = callOptions(request, clock.signal);
    const ended = await (request.onText === undefined
      ? generate(model, options, clock, draft)
      : stream(model, options, clock, draft, request.onText));
    const finish = finishOf(ended.finish, draft);
    const { usage, estimated } = usageOf(ended.usage, request, draft);
    return {
      text: draft.text,
      calls: draft.calls,
      finish,
      usage,
      usageEstimated: estimated,
      costMicros: costMicros(usage, price),
      ms: Date.now() - startedAt,
      ...(ended.firstTokenAt === undefined ? {} : { firstTokenMs: ended.firstTokenAt - startedAt }),
    };
  } catch (error) {
    clock.close();
    throw clock.reason ?? classify(error);
  } finally {
    clock.stop();
  }
}

async function generate(
  model: LanguageModelV4,
  options: LanguageModelV4CallOptions,
  clock: CallClock,
  draft: AnswerDraft,
): Promise<Ended> {
  const result = await clock.race(model.doGenerate(options));
  for (const part of result.content) {
    if (part.type === "text") draft.addText(part.text);
    else if (part.type === "tool-call") draft.addCall(part.toolCallId, part.toolName, part.input);
  }
  return { finish: result.finishReason, usage: result.usage };
}

async function stream(
  model: LanguageModelV4,
  options: LanguageModelV4CallOptions,
  clock: CallClock,
  draft: AnswerDraft,
  onText: (delta: string) => void,
): Promise<Ended> {
  clock.watchStream();
  const opened = await clock.race(model.doStream(options));
  const reader = opened.stream.getReader();
  let firstTokenAt: number | undefined;
  try {
    for (;;) {
      const { done, value: part } = await nextPart(reader, clock, firstTokenAt !== undefined);
      if (done) throw new ModelError("garbage", "The stream ended without a finish");
      if (part.type === "error") throw part.error;
      if (part.type === "finish") return { finish: part.finishReason, usage: part.usage, firstTokenAt };
      if (!isOutput(part)) continue;
      firstTokenAt ??= Date.now();
      clock.part();
      if (part.type === "text-delta") emit(draft.addText(part.delta), onText);
      else if (part.type === "tool-call") draft.addCall(part.toolCallId, part.toolName, part.input);
      if (draft.full) return { finish: { unified: "length", raw: "capped" }, usage: undefined, firstTokenAt };
    }
  } finally {
    // After a finish this does nothing; in every other case it stops the server's work.
    void reader.cancel().catch(() => undefined);
    if (draft.full) clock.close();
  }
}

async function nextPart(
  reader: ReadableStreamDefaultReader<LanguageModelV4StreamPart>,
  clock: CallClock,
  begun: boolean,
) {
  try {
    return await clock.race(reader.read());
  } catch (error) {
    // A connection that breaks in the middle of an answer is a cut answer, however the runtime words it.
    throw begun && clock.reason === undefined ? new ModelError("garbage", "The stream was cut") : error;
  }
}

const isOutput = (part: LanguageModelV4StreamPart): boolean =>
  part.type === "text-delta" ||
  part.type === "tool-call" ||
  part.type === "tool-input-start" ||
  part.type === "tool-input-delta" ||
  part.type === "reasoning-delta";

function emit(delta: string, onText: (delta: string) => void): void {
  if (delta !== "") onText(delta);
}
