import { listModels } from "@charla/services/models/list";
import { ModelOut } from "@charla/services/models/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";

export const modelsList = endpoint({
  id: "listModels",
  tag: "providers",
  method: "get",
  path: "/v1/models",
  summary: "List models",
  description:
    "The models that agents can name: the platform's, and those of the tenant's own providers as far as something is known of them, with what each can do, how much it holds and what it costs. Others work as well. The list is short and comes whole.",
  access: { who: "tenant", permission: "providers.read" },
  response: z.object({ data: z.array(ModelOut) }),
  handle: async ({ c }) => ({ body: { data: await listModels(c.var.ctx) } }),
});
