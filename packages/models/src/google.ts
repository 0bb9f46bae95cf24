import { createGoogle } from "@ai-sdk/google";
import { keyedProvider } from "./keyed-provider.ts";
import { transcribeByAsking } from "./transcribe-by-asking.ts";

export const google = keyedProvider({
  kind: "google",
  build: (settings, model) => createGoogle(settings).chat(model),
  // There is no interface for recordings alone: every model hears.
  transcribe: (request, connection, call) => transcribeByAsking(request, (ask) => call(ask, connection)),
});
