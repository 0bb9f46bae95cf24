import * as z from "zod";
import { fromBase64, toBase64 } from "./bytes.ts";
import type { CatalogEntry } from "./catalog.ts";
import { readChatRequest } from "./chat-request.ts";
import { complete } from "./completion.ts";
import { embed } from "./embed.ts";
import { badInput } from "./errors.ts";
import { drawPattern } from "./png.ts";
import { rerank } from "./rerank.ts";
import { listen, speak, timedWords, type Heard } from "./sound.ts";
import { eventStream, wait, type Pace } from "./sse.ts";
import { usageOf } from "./tokens.ts";
import { detectLanguage } from "./language.ts";
import { streamEvents, wholeBody } from "./wire.ts";

export type Output = object | ReadableStream<Uint8Array>;

const MAX_EMBEDDINGS = 100;

function parse<T>(schema: z.ZodType<T>, raw: unknown): T {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badInput(`${issue?.message ?? "invalid input"} at '/${issue?.path.join("/") ?? ""}'`);
}

async function generateText(model: CatalogEntry, raw: unknown, pace: Pace): Promise<Output> {
  const request = readChatRequest(raw);
  const completion = complete(request, model.size);
  if (request.stream) return eventStream(streamEvents(model.wire, completion, model.id), pace);
  await wait((pace.firstChunkMs ?? 0) + (pace.chunkMs ?? 0) * completion.usage.completion_tokens);
  return wholeBody(model.wire, completion, model.id);
}

const contexts = z.array(z.looseObject({ text: z.string() })).min(1);
const embeddingInputs = z.union([
  z.looseObject({ text: z.union([z.string(), z.array(z.string()).min(1).max(MAX_EMBEDDINGS)]) }),
  z.looseObject({ query: z.string().optional(), contexts }),
]);

/** With a query and contexts the multi-function embedding models answer scores, as the real ones do. */
function embedTexts(model: CatalogEntry, raw: unknown): Output {
  const inputs = parse(embeddingInputs, raw);
  if ("contexts" in inputs && Array.isArray(inputs.contexts)) {
    const given = parse(z.object({ query: z.string().optional(), contexts }), inputs);
    const texts = given.contexts.map((context) => context.text);
    if (given.query !== undefined) return { response: rerank(given.query, texts, texts.length) };
    return embedTexts(model, { text: texts });
  }
  const text: unknown = "text" in inputs ? inputs.text : [];
  const texts = parse(z.union([z.string().transform((one) => [one]), z.array(z.string())]), text);
  return {
    shape: [texts.length, model.size],
    data: texts.map((one) => Array.from(embed(one, model.size))),
    pooling: "cls",
    usage: { ...usageOf(texts.join("\n"), ""), completion_tokens: 0 },
  };
}

const rerankInputs = z.looseObject({
  query: z.string().min(1),
  contexts,
  top_k: z.number().int().positive().nullish(),
});

function rerankTexts(raw: unknown): Output {
  const { query, contexts: given, top_k } = parse(rerankInputs, raw);
  const texts = given.map((context) => context.text);
  return { response: rerank(query, texts, top_k ?? texts.length), usage: usageOf([query, ...texts].join("\n"), "") };
}

const bytesOf = z.union([
  z.string().transform((text, context) => {
    try {
      return fromBase64(text);
    } catch {
      context.addIssue({ code: "custom", message: "audio is not base64" });
      return z.NEVER;
    }
  }),
  z.array(z.number()).transform((numbers) => Uint8Array.from(numbers)),
  z.instanceof(Uint8Array),
]);
const audioInputs = z.looseObject({ audio: z.union([bytesOf, z.looseObject({ body: z.unknown() })]) });

async function audioBytes(raw: unknown): Promise<Uint8Array> {
  const { audio } = parse(audioInputs, raw);
  if (audio instanceof Uint8Array) return audio;
  if (audio.body instanceof ReadableStream) return new Uint8Array(await new Response(audio.body).arrayBuffer());
  return parse(bytesOf, audio.body);
}

function transcription(model: CatalogEntry, heard: Heard): Output {
  const words = timedWords(heard);
  if (model.id.includes("nova")) {
    const confidence = heard.understood ? 0.99 : 0;
    const alternative = { transcript: heard.text, confidence, words: words.map((word) => ({ ...word, confidence })) };
    return { results: { channels: [{ alternatives: [alternative] }] }, metadata: { duration: heard.seconds } };
  }
  const language = detectLanguage(heard.text);
  return {
    text: heard.text,
    word_count: words.length,
    words,
    segments: [{ start: 0, end: heard.seconds, text: heard.text, words }],
    transcription_info: { language, language_probability: heard.understood ? 0.99 : 0, duration: heard.seconds },
  };
}

const speechInputs = z.looseObject({ text: z.string().min(1).optional(), prompt: z.string().min(1).optional() });

function synthesise(model: CatalogEntry, raw: unknown): Output {
  const inputs = parse(speechInputs, raw);
  const text = inputs.text ?? inputs.prompt;
  if (text === undefined) throw badInput("required properties at '/' are 'text'");
  const audio = speak(text);
  return model.id.includes("melotts") ? { audio: toBase64(audio) } : new Blob([audio]).stream();
}

/** Run one model; the caller decides how the result travels. */
export async function runTask(model: CatalogEntry, raw: unknown, pace: Pace): Promise<Output> {
  switch (model.task) {
    case "text-generation":
      return generateText(model, raw, pace);
    case "text-embeddings":
      return embedTexts(model, raw);
    case "rerank":
      return rerankTexts(raw);
    case "speech-recognition":
      return transcription(model, listen(await audioBytes(raw)));
    case "text-to-speech":
      return synthesise(model, raw);
    case "text-to-image":
      return { image: toBase64(await drawPattern(parse(z.looseObject({ prompt: z.string().min(1) }), raw).prompt)) };
  }
}
