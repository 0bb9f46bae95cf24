import { getProvider } from "@charla/services/providers/get";
import { ProviderOut } from "@charla/services/providers/schemas";
import { endpoint } from "../endpoint.ts";
import { etagOf } from "../etag.ts";
import { providerPath } from "../schemas.ts";

export const providersGet = endpoint({
  id: "getProvider",
  tag: "providers",
  method: "get",
  path: "/v1/providers/{providerId}",
  summary: "Read a model provider",
  access: { who: "tenant", permission: "providers.read" },
  params: providerPath,
  response: ProviderOut,
  handle: async ({ c, params }) => {
    const provider = await getProvider(c.var.ctx, params.providerId);
    return { body: provider, etag: etagOf(provider.version) };
  },
});
