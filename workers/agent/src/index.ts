import type { RetrievalRequest, Retrieved } from "@charla/domain/knowledge";
import type { ForTenant, KnowledgeRpc } from "@charla/domain/rpc";
import { WorkerEntrypoint } from "cloudflare:workers";
import { consumeKnowledge } from "./knowledge/consume.ts";
import { searchKnowledge } from "./knowledge/search.ts";

export { Conversation } from "./conversation.ts";
export { TenantGate } from "./tenant-gate.ts";

/** What members ask of their knowledge, answered by the same search that turns go through. */
export class Knowledge extends WorkerEntrypoint<AgentEnv> implements KnowledgeRpc {
  search({ tenantId, ...request }: ForTenant<RetrievalRequest>): Promise<Retrieved> {
    return searchKnowledge(this.env, tenantId, request);
  }
}

/** Reached only through its objects and its queue. */
export default class Agent extends WorkerEntrypoint<AgentEnv> {
  override async fetch(): Promise<Response> {
    return new Response(null, { status: 404 });
  }

  override async queue(batch: MessageBatch): Promise<void> {
    await consumeKnowledge(batch, this.env);
  }
}
