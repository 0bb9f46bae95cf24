import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ModelVendor } from "@charla/domain/model-vendor";
import { boundedFetch } from "./bounded-fetch.ts";
import {
  ModelError,
  type KeyedConnection,
  type ModelProvider,
  type Transcription,
  type TranscriptionRequest,
} from "./contract.ts";
import { callLanguageModel } from "./language-model-call.ts";
import { priceOf } from "./prices.ts";

/** What the AI SDK's providers of vendors take alike. */
export type ClientSettings = { baseURL: string; apiKey: string; fetch: typeof fetch };

type Keyed = ModelProvider<KeyedConnection>;
type Parts = {
  kind: ModelVendor;
  build: (settings: ClientSettings, model: string) => LanguageModelV4;
  transcribe: (
    request: TranscriptionRequest,
    connection: KeyedConnection,
    call: Keyed["call"],
  ) => Promise<Transcription>;
};

/** Names come from tenants, so the number of models kept is limited. */
const MAX_MODELS = 64;

/** A vendor that is called with the tenant's own key. */
export function keyedProvider({ kind, build, transcribe }: Parts): Keyed {
  const kept = new Map<string, { fetch: typeof fetch; model: LanguageModelV4 }>();
  const modelOf = ({ baseUrl, apiKey, fetch }: KeyedConnection, name: string): LanguageModelV4 => {
    const key = `${baseUrl}\n${apiKey}\n${name}`;
    const known = kept.get(key);
    if (known !== undefined && known.fetch === fetch) return known.model;
    const model = build({ baseURL: baseUrl, apiKey, fetch: boundedFetch(fetch) }, name);
    if (kept.size >= MAX_MODELS) kept.clear();
    kept.set(key, { fetch, model });
    return model;
  };
  const call: Keyed["call"] = (request, connection) =>
    unkeyed(connection, () => {
      const { model } = request.ref;
      return callLanguageModel(modelOf(connection, model), request, priceOf(connection, model));
    });
  return {
    kind,
    call,
    transcribe: (request, connection) => unkeyed(connection, () => transcribe(request, connection, call)),
  };
}

async function unkeyed<T>({ apiKey }: KeyedConnection, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ModelError ? withoutKey(error, apiKey) : error;
  }
}

/** Servers repeat the key they refuse; errors are stored and shown. */
function withoutKey(error: ModelError, apiKey: string): ModelError {
  if (apiKey.length < 4 || !error.message.includes(apiKey)) return error;
  return new ModelError(error.class, error.message.replaceAll(apiKey, "[key]"), {
    status: error.status,
    retryAfterMs: error.retryAfterMs,
  });
}
