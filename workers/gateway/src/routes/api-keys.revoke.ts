import { revokeApiKey } from "@charla/services/api-keys/revoke";
import { endpoint } from "../endpoint.ts";
import { apiKeyPath } from "../schemas.ts";

export const apiKeysRevoke = endpoint({
  id: "revokeApiKey",
  tag: "api-keys",
  method: "delete",
  path: "/v1/api-keys/{apiKeyId}",
  summary: "Revoke an API key",
  access: { who: "tenant", permission: "api_keys.write" },
  params: apiKeyPath,
  status: 204,
  handle: async ({ c, params }) => ({ body: await revokeApiKey(c.var.ctx, params.apiKeyId) }),
});
