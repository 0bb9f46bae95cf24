import { createOpenAI } from "@ai-sdk/openai";
import { boundedFetch } from "./bounded-fetch.ts";
import { ModelError, type ModelConnection, type ModelProvider } from "./contract.ts";
import { callLanguageModel } from "./language-model-call.ts";
import { priceFrom } from "./prices.ts";
import { transcribeByUpload } from "./transcribe.ts";

type Connection = Extract<ModelConnection, { kind: "openai-compatible" }>;
type Model = ReturnType<ReturnType<typeof createOpenAI>["chat"]>;

const MAX_MODELS = 64;
const models = new Map<string, { fetch: typeof fetch; model: Model }>();

export const openaiCompatible: ModelProvider<Connection> = {
  kind: "openai-compatible",
  call: (request, connection) => {
    const price = priceFrom(connection.prices, request.ref.model);
    return unkeyed(connection, () => callLanguageModel(modelOf(connection, request.ref.model), request, price));
  },
  transcribe: (request, connection) => unkeyed(connection, () => transcribeByUpload(request, connection)),
};

async function unkeyed<T>({ apiKey }: Connection, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ModelError ? withoutKey(error, apiKey) : error;
  }
}

function modelOf(connection: Connection, name: string): Model {
  const key = `${connection.baseUrl}\n${connection.apiKey}\n${name}`;
  const known = models.get(key);
  if (known !== undefined && known.fetch === connection.fetch) return known.model;
  const model = createOpenAI({
    baseURL: connection.baseUrl,
    apiKey: connection.apiKey,
    fetch: boundedFetch(connection.fetch),
  }).chat(name);
  if (models.size >= MAX_MODELS) models.clear();
  models.set(key, { fetch: connection.fetch, model });
  return model;
}

/** Servers repeat the key they refuse; errors are stored and shown. */
function withoutKey(error: ModelError, apiKey: string): ModelError {
  if (apiKey.length < 4 || !error.message.includes(apiKey)) return error;
  return new ModelError(error.class, error.message.replaceAll(apiKey, "[key]"), {
    status: error.status,
    retryAfterMs: error.retryAfterMs,
  });
}
