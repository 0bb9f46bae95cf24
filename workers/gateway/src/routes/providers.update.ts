import { ProviderOut, UpdateProviderInput } from "@charla/services/providers/schemas";
import { updateProvider } from "@charla/services/providers/update";
import { endpoint } from "../endpoint.ts";
import { etagOf, ifMatch } from "../etag.ts";
import { providerPath } from "../schemas.ts";

export const providersUpdate = endpoint({
  id: "updateProvider",
  tag: "providers",
  method: "patch",
  path: "/v1/providers/{providerId}",
  summary: "Change a model provider",
  access: { who: "tenant", permission: "providers.write" },
  params: providerPath,
  body: UpdateProviderInput,
  example: { name: "Own server, Valencia" },
  response: ProviderOut,
  handle: async ({ c, params, body }) => {
    const ifVersion = ifMatch(c.req.header("if-match"));
    const provider = await updateProvider(c.var.ctx, params.providerId, {
      ...body,
      ...(ifVersion === undefined ? {} : { ifVersion }),
    });
    return { body: provider, etag: etagOf(provider.version) };
  },
});
