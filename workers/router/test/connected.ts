import { env } from "cloudflare:workers";
import { sign } from "@charla/channels/standard-webhooks";
import { channels } from "@charla/channels/registry";
import { newId } from "@charla/domain/ids";
import { AgentSettings } from "@charla/domain/release";
import { createAgent } from "@charla/services/agents/create";
import { createChannel } from "@charla/services/channels/create";
import type { Ctx } from "@charla/services/context";
import { createTenant } from "@charla/services/tenants/create";
import { openTenant } from "@charla/services/tenants/open";
import { depsOf } from "../src/deps.ts";

export type Connected = { ctx: Ctx; tenantId: string; channelId: string; agentId: string; secret: string };

/** A tenant with an agent and an account on the channel, made as the admin API makes them. */
export async function connect(kind: "http" | "webchat" = "http"): Promise<Connected> {
  const platform = await depsOf(env).platform();
  const slug = `t${newId("request").slice(-10)}`;
  const tenant = await createTenant(platform, {
    slug,
    name: "Tienda",
    language: "es",
    limits: { tokens: null, micros: null, period: "month" },
  });
  const ctx = await openTenant(platform, tenant.id);
  const agent = await createAgent(ctx, {
    settings: AgentSettings.parse({
      name: "Ana",
      model: { provider: "workers-ai", model: "@cf/meta/llama-3.1-8b-instruct-fast" },
    }),
  });
  const config: Record<string, string> = kind === "http" ? { callbackUrl: "https://integrator.example/in" } : {};
  const channel = await createChannel(ctx, { kind, name: "Canal", agentId: agent.id, config }, channels);
  const { signingSecrets } = channel.secrets;
  const secret = Array.isArray(signingSecrets) && typeof signingSecrets[0] === "string" ? signingSecrets[0] : "";
  return { ctx, tenantId: tenant.id, channelId: channel.id, agentId: agent.id, secret };
}

let count = 0;
/** A message of the wire format with an id nobody else has. */
export function messageOf(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: "message",
    id: `evt-${++count}`,
    conversation: "c1",
    contact: { id: "u1" },
    text: "hola",
    timestamp: Date.now(),
    ...change,
  };
}

export type Delivery = { channelId: string; secret: string };

export async function signed(
  { channelId, secret }: Delivery,
  body: unknown,
  change: { headers?: Record<string, string>; path?: string } = {},
): Promise<Request> {
  const raw = new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
  const id = newId("event");
  const timestamp = Math.floor(Date.now() / 1000);
  return new Request(`https://charla.example${change.path ?? `/webhooks/http/${channelId}`}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": await sign(secret, id, timestamp, raw),
      ...change.headers,
    },
    body: raw,
  });
}
