import { createOpenAI } from "@ai-sdk/openai";
import { keyedProvider } from "./keyed-provider.ts";
import { transcribeByUpload } from "./transcribe.ts";

/** By chat completions and not by responses: those keep every prompt at the vendor unless told otherwise, and our history is ours. */
export const openai = keyedProvider({
  kind: "openai",
  build: (settings, model) => createOpenAI(settings).chat(model),
  transcribe: transcribeByUpload,
});
