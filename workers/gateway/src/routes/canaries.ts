import { changeCanary } from "@charla/services/canaries/change";
import { promoteCanary, stopCanary } from "@charla/services/canaries/end";
import { getCanary } from "@charla/services/canaries/get";
import { listCanaries } from "@charla/services/canaries/list";
import { CanaryOut, ChangeCanaryInput, StopCanaryInput } from "@charla/services/canaries/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { pageOf, PageQuery } from "../page.ts";
import { agentPath } from "../schemas.ts";

const fixed = { tag: "agents", params: agentPath, response: CanaryOut } as const;
const mayRead = { who: "tenant", permission: "agents.read" } as const;
const mayPublish = { who: "tenant", permission: "releases.publish" } as const;

export const canaryGet = endpoint({
  ...fixed,
  id: "getCanary",
  method: "get",
  path: "/v1/agents/{agentId}/canary",
  summary: "See how a canary is doing beside the release in force",
  access: mayRead,
  handle: async ({ c, params }) => ({ body: await getCanary(c.var.ctx, params.agentId) }),
});

export const canaryChange = endpoint({
  ...fixed,
  id: "changeCanary",
  method: "put",
  path: "/v1/agents/{agentId}/canary",
  summary: "Change the share of a canary",
  description: "Conversations that have the release keep it while the share grows.",
  access: mayPublish,
  body: ChangeCanaryInput,
  example: { percent: 30 },
  handle: async ({ c, params, body }) => ({ body: await changeCanary(c.var.ctx, params.agentId, body) }),
});

export const canaryPromote = endpoint({
  ...fixed,
  id: "promoteCanary",
  method: "post",
  path: "/v1/agents/{agentId}/canary/promote",
  summary: "Put a canary's release in force for all conversations",
  access: mayPublish,
  body: z.strictObject({}),
  example: {},
  handle: async ({ c, params }) => ({ body: await promoteCanary(c.var.ctx, params.agentId) }),
});

export const canaryStop = endpoint({
  ...fixed,
  id: "stopCanary",
  method: "post",
  path: "/v1/agents/{agentId}/canary/stop",
  summary: "Roll a canary back",
  description: "All conversations have the release in force again, each from its next turn.",
  access: mayPublish,
  body: StopCanaryInput,
  example: { note: "Prices were wrong" },
  handle: async ({ c, params, body }) => ({ body: await stopCanary(c.var.ctx, params.agentId, body.note) }),
});

export const canariesList = endpoint({
  id: "listCanaries",
  tag: "agents",
  method: "get",
  path: "/v1/agents/{agentId}/canaries",
  summary: "List an agent's canaries and how they ended",
  access: mayRead,
  params: agentPath,
  query: PageQuery,
  response: pageOf(CanaryOut),
  handle: async ({ c, params, query }) => ({ body: await listCanaries(c.var.ctx, { ...params, ...query }) }),
});
