import { listProviders } from "@charla/services/providers/list";
import { ProviderOut } from "@charla/services/providers/schemas";
import { endpoint } from "../endpoint.ts";
import { pageOf, PageQuery } from "../page.ts";

export const providersList = endpoint({
  id: "listProviders",
  tag: "providers",
  method: "get",
  path: "/v1/providers",
  summary: "List model providers",
  access: { who: "tenant", permission: "providers.read" },
  query: PageQuery,
  response: pageOf(ProviderOut),
  handle: async ({ c, query }) => ({ body: await listProviders(c.var.ctx, query) }),
});
