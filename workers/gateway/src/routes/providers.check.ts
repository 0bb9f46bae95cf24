import { checkProvider } from "@charla/services/providers/check";
import { ProviderCheckOut } from "@charla/services/providers/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { outsideOf } from "../outside.ts";
import { providerPath } from "../schemas.ts";

const DEADLINE_MS = 10_000;

export const providersCheck = endpoint({
  id: "checkProvider",
  tag: "providers",
  method: "post",
  path: "/v1/providers/{providerId}/check",
  summary: "Check a model provider",
  description:
    "Asks the vendor which models the key may use, which costs nothing, and says in Spanish and English whether it works. What is wrong is in `checks`, not in the status.",
  access: { who: "tenant", permission: "providers.write" },
  params: providerPath,
  body: z.strictObject({}),
  example: {},
  response: ProviderCheckOut,
  handle: async ({ c, params }) => {
    const outside = { ...outsideOf(c.env), deadlineMs: DEADLINE_MS };
    return { body: await checkProvider(c.var.ctx, params.providerId, outside) };
  },
});
