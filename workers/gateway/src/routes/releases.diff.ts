import { diffReleases } from "@charla/services/releases/diff";
import { DiffOut } from "@charla/services/releases/schemas";
import { resolveTools } from "@charla/tools/resolve";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { agentPath, idOf } from "../schemas.ts";

export const releasesDiff = endpoint({
  id: "diffAgent",
  tag: "agents",
  method: "get",
  path: "/v1/agents/{agentId}/diff",
  summary: "Compare two editions of an agent",
  description:
    "A flat list of what changes, with before and after; long texts by their lines. Without `from` it begins at what is in force; without `to` it ends at the draft as it would be published now.",
  access: { who: "tenant", permission: "agents.read" },
  params: agentPath,
  query: z.strictObject({ from: idOf("rel").optional(), to: idOf("rel").optional() }),
  response: DiffOut,
  handle: async ({ c, params, query }) => ({
    body: await diffReleases(c.var.ctx, { ...params, ...query }, resolveTools),
  }),
});
