import type { Usage } from "@charla/domain/log";
import * as z from "zod";
import { boundedFetch } from "./bounded-fetch.ts";
import { CallClock } from "./call-clock.ts";
import { classify } from "./classify.ts";
import {
  ModelError,
  type KeyedConnection,
  type ModelConnection,
  type PlatformConnection,
  type Transcription,
  type TranscriptionRequest,
} from "./contract.ts";
import { audioMicros, costMicros, priceOf } from "./prices.ts";
import { retryAfterMs } from "./retry-after.ts";
import { classOfStatus } from "./status-class.ts";
import { estimateTokens } from "./tokens.ts";

/** Slower than any speech codec in use, so that what is reserved by it is enough. */
const LEAST_BYTES_PER_SECOND = 1000;
const MOST_TOKENS_PER_SECOND = 6;

/** Upper bound of what a recording of this size may cost. */
export function transcriptionReservation(
  bytes: number,
  model: string,
  connection: ModelConnection,
): { tokens: number; micros: number } {
  const seconds = bytes / LEAST_BYTES_PER_SECOND;
  const tokens = Math.ceil(seconds * MOST_TOKENS_PER_SECOND);
  const micros =
    connection.kind === "workers-ai"
      ? audioMicros(model, seconds)
      : costMicros({ input: tokens, output: tokens, cached: 0 }, priceOf(connection, model));
  return { tokens, micros };
}

const WhisperOutput = z.looseObject({
  text: z.string(),
  transcription_info: z.looseObject({ duration: z.number().nonnegative().optional() }).optional(),
});

export async function transcribeOnWorkersAi(
  request: TranscriptionRequest,
  { binding }: PlatformConnection,
): Promise<Transcription> {
  const { audio, ref } = request;
  return await timed(request, async (clock) => {
    const output = await clock.race(binding.run(ref.model, { audio: base64Of(audio) }));
    const { text, transcription_info: info } = parsed(WhisperOutput, output);
    const seconds = info?.duration ?? audio.byteLength / LEAST_BYTES_PER_SECOND;
    return { text: text.trim(), usage: spoken(text), costMicros: audioMicros(ref.model, seconds) };
  });
}

const UploadOutput = z.looseObject({
  text: z.string(),
  /** Only the models that are billed by tokens say so. */
  usage: z
    .looseObject({ input_tokens: z.int().nonnegative().optional(), output_tokens: z.int().nonnegative().optional() })
    .nullish(),
});

/** `/audio/transcriptions`, as OpenAI and the servers that copy it take it: a form with the file. */
export async function transcribeByUpload(
  request: TranscriptionRequest,
  connection: KeyedConnection,
): Promise<Transcription> {
  const { baseUrl, apiKey, fetch: outside } = connection;
  const { audio, mime, ref } = request;
  const form = new FormData();
  form.set("model", ref.model);
  form.set("response_format", "json");
  form.set("file", new Blob([new Uint8Array(audio)], { type: mime }), nameFor(mime));
  return await timed(request, async (clock) => {
    const response = await clock.race(
      boundedFetch(outside)(`${baseUrl}/audio/transcriptions`, {
        method: "POST",
        headers: { authorization: `Bearer ${apiKey}` },
        body: form,
        signal: clock.signal,
      }),
    );
    const body = await clock.race(response.text());
    if (!response.ok) throw refusal(response, body);
    const { text, usage: told } = parsed(UploadOutput, jsonOf(body));
    const guessed = spoken(text);
    const usage = { ...guessed, input: told?.input_tokens ?? 0, output: told?.output_tokens ?? guessed.output };
    return { text: text.trim(), usage, costMicros: costMicros(usage, priceOf(connection, ref.model)) };
  });
}

async function timed(
  request: TranscriptionRequest,
  work: (clock: CallClock) => Promise<Omit<Transcription, "ms">>,
): Promise<Transcription> {
  const startedAt = Date.now();
  const clock = new CallClock(request);
  try {
    if (clock.reason !== undefined) throw clock.reason;
    return { ...(await work(clock)), ms: Date.now() - startedAt };
  } catch (error) {
    clock.close();
    throw clock.reason ?? classify(error);
  } finally {
    clock.stop();
  }
}

/** Sound has no tokens; what was heard counts as if the model had written it. */
const spoken = (text: string): Usage => ({ input: 0, output: estimateTokens(text), cached: 0 });

function refusal(response: Response, body: string): ModelError {
  return new ModelError(classOfStatus(response.status, body), `The server answered ${response.status}`, {
    status: response.status,
    retryAfterMs: retryAfterMs(Object.fromEntries(response.headers), Date.now()),
  });
}

function parsed<T>(schema: z.ZodType<T>, output: unknown): T {
  const result = schema.safeParse(output);
  if (result.success) return result.data;
  throw new ModelError("garbage", "The answer is not what the protocol allows");
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

const EXTENSIONS: Record<string, string> = {
  "audio/ogg": "ogg",
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
  "video/mp4": "mp4",
  "audio/wav": "wav",
  "audio/flac": "flac",
  "audio/webm": "webm",
  "video/webm": "webm",
  "audio/aac": "aac",
  "audio/amr": "amr",
};

/** Servers tell the format by the name. */
const nameFor = (mime: string): string => `audio.${EXTENSIONS[mime] ?? "bin"}`;

/** In portions, because a call takes only so many arguments. */
function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode.apply(null, Array.from(bytes.subarray(at, at + 0x8000)));
  return btoa(text);
}
