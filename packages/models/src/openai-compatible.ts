import { createOpenAI } from "@ai-sdk/openai";
import { keyedProvider } from "./keyed-provider.ts";
import { transcribeByUpload } from "./transcribe.ts";

/** Any server that copies OpenAI's chat interface. */
export const openaiCompatible = keyedProvider({
  kind: "openai-compatible",
  build: (settings, model) => createOpenAI(settings).chat(model),
  transcribe: transcribeByUpload,
});
