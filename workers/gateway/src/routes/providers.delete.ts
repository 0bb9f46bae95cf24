import { deleteProvider } from "@charla/services/providers/delete";
import { endpoint } from "../endpoint.ts";
import { providerPath } from "../schemas.ts";

export const providersDelete = endpoint({
  id: "deleteProvider",
  tag: "providers",
  method: "delete",
  path: "/v1/providers/{providerId}",
  summary: "Remove a model provider",
  access: { who: "tenant", permission: "providers.write" },
  params: providerPath,
  status: 204,
  handle: async ({ c, params }) => ({ body: await deleteProvider(c.var.ctx, params.providerId) }),
});
