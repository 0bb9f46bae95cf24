import { at, listAt, textAt } from "@charla/testkit/charla/api";
import { furnishAgent, furnishHttpChannel, furnishProvider, type Tenant } from "@charla/testkit/charla/furnish";
import { until } from "@charla/testkit/poll";

import type { System } from "../system.ts";
import { Thread } from "../thread.ts";

export const SHOP = "https://shop.example";

/** A tenant that has one real thing of every kind, and a word that stands in all that belongs to it. */
export type Estate = {
  tenant: Tenant;
  canary: string;
  thread: Thread;
  /** By the name of the path parameter that takes them. */
  ids: Record<string, string>;
  chat: { channelId: string; token: string; conversationId: string };
};

export async function furnishEstate(system: System, tenant: Tenant, canary: string): Promise<Estate> {
  const { url } = system.charla;
  const provider = await furnishProvider(tenant, system.model.baseUrl);
  const model = `model-${canary}`;
  const wish = { name: canary, instructions: canary, model: { provider, model } };
  const agentId = await furnishAgent(tenant, wish);
  const account = await furnishHttpChannel(tenant, url, agentId, system.integrator);
  const thread = new Thread({ model: system.model, integrator: system.integrator, url }, account, model);
  await thread.say(1, `¿${canary}?`);
  await thread.replyTo(1);
  const conversationId = await thread.conversationId();
  const [turn] = await until("the turn and its answer are listed as ended", async () => {
    const [turns, messages] = await Promise.all([thread.turns(), thread.messages()]);
    const states = messages.filter((message) => at(message, "direction") === "out").map((message) => message["state"]);
    return turns[0]?.["state"] === "done" && states.length === 1 && states[0] === "sent" && turns;
  });
  const chat = await furnishChat(system, tenant, agentId, canary);
  const knowledgeBaseId = textAt(await tenant.api.post("/v1/knowledge-bases", { name: canary }), "id");
  const answer = { question: `¿${canary}?`, answer: canary };
  return {
    tenant,
    canary,
    thread,
    chat,
    ids: {
      tenantId: tenant.id,
      agentId,
      conversationId,
      contactId: textAt(await thread.conversation(), "contact", "id"),
      channelId: account.channelId,
      releaseId: textAt(await tenant.api.get(`/v1/agents/${agentId}`), "releaseId"),
      providerId: provider,
      apiKeyId: textAt(await tenant.api.get("/v1/api-keys"), "data", 0, "id"),
      knowledgeBaseId,
      documentId: textAt(await tenant.api.post(`/v1/knowledge-bases/${knowledgeBaseId}/answers`, answer), "id"),
      deadLetterId: await deadLetter(system, thread),
      turn: String(at(turn, "seq")),
      n: String(at(turn, "steps", 0, "n")),
      seq: "1",
    },
  };
}

/** A reply that the tenant's own server refuses for good. */
async function deadLetter(system: System, thread: Thread): Promise<string> {
  const { account, tenant } = thread.account;
  const lost = thread.sibling();
  system.integrator.receive(account, ({ payload }) => (payload.conversation === lost.name ? { status: 400 } : {}));
  await lost.say(1);
  return until("the refused reply is a dead letter", async () => {
    const letters = listAt(await tenant.api.get("/v1/dead-letters?state=open&kind=out"), "data");
    return letters.length > 0 && textAt(letters, 0, "id");
  });
}

async function furnishChat(system: System, { api }: Tenant, agentId: string, canary: string): Promise<Estate["chat"]> {
  const wish = { kind: "webchat", name: canary, agentId, config: { allowedOrigins: [SHOP] } };
  const channelId = textAt(await api.post("/v1/channels", wish), "id");
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<unknown> => {
    const response = await fetch(`${system.charla.url}/chat/${channelId}/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { origin: SHOP, "content-type": "application/json", ...headers },
    });
    return response.json();
  };
  const session = await post("session", { name: canary });
  const token = textAt(session, "token");
  await post("messages", { id: "m1", text: canary }, { authorization: `Bearer ${token}` });
  return { channelId, token, conversationId: textAt(session, "conversationId") };
}
