import { createApiKey } from "@charla/services/api-keys/create";
import { ApiKeyCreated, CreateApiKeyInput } from "@charla/services/api-keys/schemas";
import { endpoint } from "../endpoint.ts";

export const apiKeysCreate = endpoint({
  id: "createApiKey",
  tag: "api-keys",
  method: "post",
  path: "/v1/api-keys",
  summary: "Make an API key",
  description: "The key is shown in this answer and never again. Nobody can grant a scope that they do not have.",
  access: { who: "tenant", permission: "api_keys.write" },
  body: CreateApiKeyInput,
  example: { name: "CRM", scopes: ["conversations.read", "conversations.write"] },
  response: ApiKeyCreated,
  status: 201,
  handle: async ({ c, body }) => ({ body: await createApiKey(c.var.ctx, body) }),
});
