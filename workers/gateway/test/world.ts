import { newId } from "@charla/domain/ids";
import { SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as z from "zod";

export const ORIGIN = "https://charla.test";
export const platformKey = env.PLATFORM_KEY;
const JSON_TYPE: Record<string, string> = { "content-type": "application/json" };

export type Call = { method?: string; headers?: Record<string, string>; body?: unknown; raw?: BodyInit };
export type Answer = { status: number; headers: Headers; text: string; json: unknown };

/** A request through the Worker's front door. */
export function send(path: string, { method = "GET", headers = {}, body, raw }: Call = {}): Promise<Response> {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return SELF.fetch(
    new Request(`${ORIGIN}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : JSON_TYPE), ...headers },
      body: payload,
      redirect: "manual",
    }),
  );
}

export async function call(path: string, request: Call = {}): Promise<Answer> {
  const response = await send(path, request);
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text !== "" ? JSON.parse(text) : undefined,
  };
}

export const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
export const asPlatform = (tenantId?: string): Record<string, string> => ({
  ...bearer(platformKey),
  ...(tenantId === undefined ? {} : { "charla-tenant": tenantId }),
});

const fields = <S extends z.ZodRawShape>(shape: S) => z.object(shape);
const WithId = fields({ id: z.string() });

async function made<S extends z.ZodType>(
  schema: S,
  path: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<z.output<S>> {
  const answer = await call(path, { method: "POST", headers, body });
  if (answer.status >= 300) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
  return schema.parse(answer.json);
}

export const settings = (change: Record<string, unknown> = {}) => ({
  name: "La Cadena",
  instructions: "El taller abre de lunes a viernes de 9:30 a 20:00. Un pinchazo cuesta 12 €.",
  model: { provider: "workers-ai", model: "@cf/meta/llama-3.1-8b-instruct-fast" },
  ...change,
});

/** Everything a grown-up tenant has, so that every route has an id to be called with. */
export type Tenant = {
  id: string;
  key: string;
  agentId: string;
  /** Used by no channel. */
  spareAgentId: string;
  releaseId: string;
  channelId: string;
  httpChannelId: string;
  providerId: string;
  apiKeyId: string;
  knowledgeBaseId: string;
  documentId: string;
  conversationId: string;
  visitorToken: string;
};

const ALL_SCOPES = [
  "agents.read",
  "agents.write",
  "releases.publish",
  "channels.read",
  "channels.write",
  "providers.read",
  "providers.write",
  "conversations.read",
  "conversations.write",
  "contacts.read",
  "contacts.erase",
  "dead_letters.read",
  "dead_letters.write",
  "usage.read",
  "api_keys.read",
  "api_keys.write",
  "notices.read",
  "notices.write",
  "knowledge.read",
  "knowledge.write",
];

export async function newKey(tenantId: string, scopes: string[] = ALL_SCOPES): Promise<{ id: string; key: string }> {
  return made(fields({ id: z.string(), key: z.string() }), "/v1/api-keys", asPlatform(tenantId), {
    name: "Test",
    scopes,
  });
}

export async function newTenant(): Promise<Tenant> {
  const slug = `t${newId("request").slice(-12)}`;
  const { id } = await made(WithId, "/v1/tenants", asPlatform(), { slug, name: "La Cadena" });
  const admin = asPlatform(id);
  const key = await newKey(id);
  const agent = await made(WithId, "/v1/agents", admin, { settings: settings() });
  const spare = await made(WithId, "/v1/agents", admin, { settings: settings({ name: "Spare" }) });
  const release = await made(WithId, `/v1/agents/${agent.id}/publish`, admin, { note: "first" });
  const channel = await made(WithId, "/v1/channels", admin, {
    kind: "webchat",
    name: "Web",
    agentId: agent.id,
    config: { allowedOrigins: ["https://shop.test"], title: "La Cadena" },
  });
  const http = await made(WithId, "/v1/channels", admin, {
    kind: "http",
    name: "CRM",
    agentId: agent.id,
    config: { callbackUrl: "https://crm.example.com/in" },
  });
  const provider = await made(WithId, "/v1/providers", admin, {
    name: "Own",
    baseUrl: "https://models.example.com/v1",
    apiKey: "example-key-0123456789",
  });
  const base = await made(WithId, "/v1/knowledge-bases", admin, { name: "Taller" });
  const document = await made(WithId, `/v1/knowledge-bases/${base.id}/answers`, admin, {
    question: "¿Arregláis patinetes?",
    answer: "Solo bicicletas.",
  });
  const session = await made(
    fields({ token: z.string(), conversationId: z.string() }),
    `/chat/${channel.id}/session`,
    {},
    { name: "Ana" },
  );
  await made(fields({ accepted: z.literal(true) }), `/chat/${channel.id}/messages`, bearer(session.token), {
    id: "m1",
    text: "¿A qué hora abrís?",
  });
  return {
    id,
    key: key.key,
    agentId: agent.id,
    spareAgentId: spare.id,
    releaseId: release.id,
    channelId: channel.id,
    httpChannelId: http.id,
    providerId: provider.id,
    apiKeyId: key.id,
    knowledgeBaseId: base.id,
    documentId: document.id,
    conversationId: session.conversationId,
    visitorToken: session.token,
  };
}

export const problemCode = (answer: Answer): string => {
  const parsed = z
    .object({ code: z.string(), status: z.literal(answer.status), requestId: z.string() })
    .safeParse(answer.json);
  return parsed.success ? parsed.data.code : `no problem document: ${answer.text.slice(0, 200)}`;
};
