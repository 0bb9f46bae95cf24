import { classify } from "./classify.ts";
import type {
  ModelAnswer,
  ModelConnection,
  ModelProvider,
  ModelRequest,
  Transcription,
  TranscriptionRequest,
} from "./contract.ts";
import { openaiCompatible } from "./openai-compatible.ts";
import { workersAi } from "./workers-ai.ts";

type Providers = { [K in ModelConnection["kind"]]: ModelProvider<Extract<ModelConnection, { kind: K }>> };

export const providers = {
  "workers-ai": workersAi,
  "openai-compatible": openaiCompatible,
} satisfies Providers satisfies Record<string, unknown>;

/** Throws only `ModelError`. */
export async function callModel(request: ModelRequest, connection: ModelConnection): Promise<ModelAnswer> {
  try {
    return await call(request, connection);
  } catch (error) {
    throw classify(error);
  }
}

function call(request: ModelRequest, connection: ModelConnection): Promise<ModelAnswer> {
  switch (connection.kind) {
    case "workers-ai":
      return providers["workers-ai"].call(request, connection);
    case "openai-compatible":
      return providers["openai-compatible"].call(request, connection);
  }
}

/** Throws only `ModelError`. */
export async function transcribeAudio(
  request: TranscriptionRequest,
  connection: ModelConnection,
): Promise<Transcription> {
  try {
    return await transcribe(request, connection);
  } catch (error) {
    throw classify(error);
  }
}

function transcribe(request: TranscriptionRequest, connection: ModelConnection): Promise<Transcription> {
  switch (connection.kind) {
    case "workers-ai":
      return providers["workers-ai"].transcribe(request, connection);
    case "openai-compatible":
      return providers["openai-compatible"].transcribe(request, connection);
  }
}
