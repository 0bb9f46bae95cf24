import { traitsOf } from "@charla/domain/known-models";
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
import { playTools } from "./played-tools.ts";
import { promptOutput } from "./prompted-output.ts";
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
    return await asItCan(request, connection);
  } catch (error) {
    throw classify(error);
  }
}

/** What a model cannot do by itself is played with it. */
function asItCan(request: ModelRequest, connection: ModelConnection): Promise<ModelAnswer> {
  const { tools, structured } = traitsOf(connection.kind, request.ref.model);
  const call = (asked: ModelRequest): Promise<ModelAnswer> => plainCall(asked, connection);
  if (request.tools.length > 0 && !tools) return playTools(request, call, structured);
  // The provider of Workers AI drops the tools where a schema is demanded in the same call.
  const dropsTools = connection.kind === "workers-ai" && request.tools.length > 0;
  return request.output && (!structured || dropsTools) ? promptOutput(request, call) : call(request);
}

const plainCall = (request: ModelRequest, connection: ModelConnection): Promise<ModelAnswer> =>
  connection.kind === "workers-ai"
    ? workersAi.call(request, connection)
    : keyed[connection.kind].call(request, connection);

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
