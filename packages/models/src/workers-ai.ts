import { createWorkersAI } from "workers-ai-provider";
import { ModelError, type ModelProvider, type PlatformConnection, type WorkersAiBinding } from "./contract.ts";
import { callLanguageModel } from "./language-model-call.ts";
import { priceOf } from "./prices.ts";
import { transcribeOnWorkersAi } from "./transcribe.ts";

type Provider = ReturnType<typeof createWorkersAI>;
type Model = ReturnType<Provider["chat"]>;
type Ai = NonNullable<Parameters<typeof createWorkersAI>[0]["binding"]>;

/** Names come from tenants, so the number of models kept is limited. */
const MAX_MODELS = 64;
const known = new WeakMap<WorkersAiBinding, { provider: Provider; models: Map<string, Model> }>();

export const workersAi: ModelProvider<PlatformConnection> = {
  kind: "workers-ai",
  call: (request, connection) => {
    const { model } = request.ref;
    return callLanguageModel(modelOf(connection.binding, model), request, priceOf(connection, model));
  },
  transcribe: transcribeOnWorkersAi,
};

function modelOf(binding: WorkersAiBinding, name: string): Model {
  const kept = known.get(binding) ?? {
    provider: createWorkersAI({ binding: withoutSignal(binding) }),
    models: new Map<string, Model>(),
  };
  known.set(binding, kept);
  const found = kept.models.get(name);
  if (found !== undefined) return found;
  // `chat` and not the provider itself: that one sends names with another vendor's prefix through a gateway.
  const model = kept.provider.chat(name);
  if (kept.models.size >= MAX_MODELS) kept.models.clear();
  kept.models.set(name, model);
  return model;
}

/**
 * An AbortSignal cannot cross a service binding (the development stand-in is one), so it stays here: the call's clock
 * lets go of the answer at once, and cancels a stream, which does cross.
 */
function withoutSignal(binding: WorkersAiBinding): Ai {
  const run = async (model: string, inputs: unknown, options: Record<string, unknown> = {}): Promise<unknown> => {
    const { signal: _, ...rest } = options;
    const output = await binding.run(model, inputs, rest);
    if (typeof output !== "object" || output === null)
      throw new ModelError("garbage", "The binding answered with no object");
    return output;
  };
  // The provider uses `run` alone of the binding's many members.
  return Object.create(null, { run: { value: run } });
}
