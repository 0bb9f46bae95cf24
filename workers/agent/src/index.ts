import { WorkerEntrypoint } from "cloudflare:workers";

export { Conversation } from "./conversation.ts";
export { TenantGate } from "./tenant-gate.ts";

/** Reached only through its objects. */
export default class Agent extends WorkerEntrypoint<AgentEnv> {
  override async fetch(): Promise<Response> {
    return new Response(null, { status: 404 });
  }
}
