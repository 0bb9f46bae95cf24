import { publishRelease } from "@charla/services/releases/publish";
import { PublishReleaseInput, PublishedOut } from "@charla/services/releases/schemas";
import { resolveTools } from "@charla/tools/resolve";
import { endpoint } from "../endpoint.ts";
import { agentPath } from "../schemas.ts";

export const releasesPublish = endpoint({
  id: "publishAgent",
  tag: "agents",
  method: "post",
  path: "/v1/agents/{agentId}/publish",
  summary: "Publish an agent",
  description:
    "Freezes the settings as a release and puts it in force for every turn that begins from now on. With `canary` only a share of the conversations gets it. The answer says what differs from the release before.",
  access: { who: "tenant", permission: "releases.publish" },
  params: agentPath,
  body: PublishReleaseInput,
  example: { note: "Summer opening hours" },
  response: PublishedOut,
  status: 201,
  handle: async ({ c, params, body }) => ({
    body: await publishRelease(c.var.ctx, { agentId: params.agentId, ...body }, resolveTools),
  }),
});
