import { Release } from "@charla/domain/release";
import { getRelease } from "@charla/services/releases/get";
import { endpoint } from "../endpoint.ts";
import { agentPath, idOf } from "../schemas.ts";

export const releasesGet = endpoint({
  id: "getRelease",
  tag: "agents",
  method: "get",
  path: "/v1/agents/{agentId}/releases/{releaseId}",
  summary: "Read a release as it runs",
  access: { who: "tenant", permission: "agents.read" },
  params: agentPath.extend({ releaseId: idOf("rel") }),
  response: Release,
  handle: async ({ c, params }) => ({ body: await getRelease(c.var.ctx, params) }),
});
