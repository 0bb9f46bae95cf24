import { createProvider } from "@charla/services/providers/create";
import { CreateProviderInput, ProviderOut } from "@charla/services/providers/schemas";
import { endpoint } from "../endpoint.ts";

export const providersCreate = endpoint({
  id: "createProvider",
  tag: "providers",
  method: "post",
  path: "/v1/providers",
  summary: "Add a model provider",
  description:
    "OpenAI, Google Gemini or Anthropic with a key of your own, or any OpenAI-compatible server by its address. The key is sealed and never shown again; agents name the provider by its id.",
  access: { who: "tenant", permission: "providers.write" },
  body: CreateProviderInput,
  example: {
    kind: "openai-compatible",
    name: "Own server",
    baseUrl: "https://models.example.com/v1",
    apiKey: "example-key",
  },
  response: ProviderOut,
  status: 201,
  handle: async ({ c, body }) => {
    const provider = await createProvider(c.var.ctx, body);
    return { body: provider, location: `/v1/providers/${provider.id}` };
  },
});
