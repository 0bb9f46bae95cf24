import { listApiKeys } from "@charla/services/api-keys/list";
import { ApiKeyOut } from "@charla/services/api-keys/schemas";
import { endpoint } from "../endpoint.ts";
import { pageOf, PageQuery } from "../page.ts";

export const apiKeysList = endpoint({
  id: "listApiKeys",
  tag: "api-keys",
  method: "get",
  path: "/v1/api-keys",
  summary: "List API keys",
  access: { who: "tenant", permission: "api_keys.read" },
  query: PageQuery,
  response: pageOf(ApiKeyOut),
  handle: async ({ c, query }) => ({ body: await listApiKeys(c.var.ctx, query) }),
});
