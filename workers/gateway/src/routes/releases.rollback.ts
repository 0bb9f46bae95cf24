import { rollbackRelease } from "@charla/services/releases/rollback";
import { CanaryInput } from "@charla/services/canaries/schemas";
import { RolledBackOut } from "@charla/services/releases/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { agentPath, idOf } from "../schemas.ts";

export const releasesRollback = endpoint({
  id: "rollbackAgent",
  tag: "agents",
  method: "post",
  path: "/v1/agents/{agentId}/rollback",
  summary: "Put an earlier release in force",
  description: "For all conversations, or with `canary` for a share of them.",
  access: { who: "tenant", permission: "releases.publish" },
  params: agentPath,
  body: z.strictObject({ releaseId: idOf("rel"), canary: CanaryInput.optional() }),
  example: { releaseId: "rel_01kbd0mz3v7q2x9c4f6g8h1j5k" },
  response: RolledBackOut,
  handle: async ({ c, params, body }) => ({
    body: await rollbackRelease(c.var.ctx, { agentId: params.agentId, ...body }),
  }),
});
