import { listReleases } from "@charla/services/releases/list";
import { ReleaseOut } from "@charla/services/releases/schemas";
import { endpoint } from "../endpoint.ts";
import { pageOf, PageQuery } from "../page.ts";
import { agentPath } from "../schemas.ts";

export const releasesList = endpoint({
  id: "listReleases",
  tag: "agents",
  method: "get",
  path: "/v1/agents/{agentId}/releases",
  summary: "List an agent's releases",
  access: { who: "tenant", permission: "agents.read" },
  params: agentPath,
  query: PageQuery,
  response: pageOf(ReleaseOut),
  handle: async ({ c, params, query }) => ({ body: await listReleases(c.var.ctx, { ...params, ...query }) }),
});
