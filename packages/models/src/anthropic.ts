import { createAnthropic } from "@ai-sdk/anthropic";
import { ModelError } from "./contract.ts";
import { keyedProvider } from "./keyed-provider.ts";

export const anthropic = keyedProvider({
  kind: "anthropic",
  build: (settings, model) => createAnthropic(settings).chat(model),
  transcribe: () => Promise.reject(new ModelError("invalid", "Anthropic has no model that hears recordings")),
});
