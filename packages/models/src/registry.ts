import type { ModelVendor } from "@charla/domain/model-vendor";
import { anthropic } from "./anthropic.ts";
import { classify } from "./classify.ts";
import type {
  KeyedConnection,
  ModelAnswer,
  ModelConnection,
  ModelProvider,
  ModelRequest,
  Transcription,
  TranscriptionRequest,
} from "./contract.ts";
import { google } from "./google.ts";
import { openaiCompatible } from "./openai-compatible.ts";
import { openai } from "./openai.ts";
import { workersAi } from "./workers-ai.ts";

/** Those that a tenant brings with a key of its own. */
const keyed: Record<ModelVendor, ModelProvider<KeyedConnection>> = {
  "openai-compatible": openaiCompatible,
  openai,
  google,
  anthropic,
};

export const providers = { "workers-ai": workersAi, ...keyed };

/** Throws only `ModelError`. */
export async function callModel(request: ModelRequest, connection: ModelConnection): Promise<ModelAnswer> {
  try {
    return await (connection.kind === "workers-ai"
      ? workersAi.call(request, connection)
      : keyed[connection.kind].call(request, connection));
  } catch (error) {
    throw classify(error);
  }
}

/** Throws only `ModelError`. */
export async function transcribeAudio(
  request: TranscriptionRequest,
  connection: ModelConnection,
): Promise<Transcription> {
  try {
    return await (connection.kind === "workers-ai"
      ? workersAi.transcribe(request, connection)
      : keyed[connection.kind].transcribe(request, connection));
  } catch (error) {
    throw classify(error);
  }
}
