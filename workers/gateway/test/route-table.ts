import { settings, type Tenant } from "./world.ts";

export type Row = {
  /** With the ids of the tenant that is passed. */
  path: (tenant: Tenant) => string;
  body?: (tenant: Tenant) => unknown;
  headers?: Record<string, string>;
  /** What the tenant's own full key (or the platform key) gets. */
  own: number;
  /** The path or body names a record of the tenant, so a stranger with it must meet nothing. */
  names: boolean;
};

const UNKNOWN_CONTACT = `con_${"0".repeat(26)}`;
const UNKNOWN_LETTER = "ded_01kbd0mz3v7q2x9c4f6g8h1j5k";
const UNKNOWN_EVENT = "evt_01kbd0mz3v7q2x9c4f6g8h1j5k";
const fixed = (path: string, own: number, body?: unknown): Row => ({
  path: () => path,
  own,
  names: false,
  ...(body === undefined ? {} : { body: () => body }),
});
const named = (path: (tenant: Tenant) => string, own: number, body?: (tenant: Tenant) => unknown): Row => ({
  path,
  own,
  names: true,
  ...(body === undefined ? {} : { body }),
});
const conversation = (rest: string) => (tenant: Tenant) => `/v1/conversations/${tenant.conversationId}${rest}`;
const agent = (rest: string) => (tenant: Tenant) => `/v1/agents/${tenant.agentId}${rest}`;
const channel = (rest: string) => (tenant: Tenant) => `/v1/channels/${tenant.channelId}${rest}`;
const base = (rest: string) => (tenant: Tenant) => `/v1/knowledge-bases/${tenant.knowledgeBaseId}${rest}`;
const knowledgeDocument = (rest: string) => (tenant: Tenant) => base(`/documents/${tenant.documentId}${rest}`)(tenant);
const nothing = () => ({});

/** The admin API by operation, in an order in which every call finds what the ones before left. */
export const table: Record<string, Row> = {
  listTenants: fixed("/v1/tenants", 200),
  getTenant: named(({ id }) => `/v1/tenants/${id}`, 200),
  updateTenant: named(
    ({ id }) => `/v1/tenants/${id}`,
    200,
    () => ({ name: "Another name" }),
  ),
  pauseTenant: named(({ id }) => `/v1/tenants/${id}/pause`, 200, nothing),
  suspendTenant: named(({ id }) => `/v1/tenants/${id}/suspend`, 200, nothing),
  activateTenant: named(({ id }) => `/v1/tenants/${id}/activate`, 200, nothing),
  rewrapTenant: named(({ id }) => `/v1/tenants/${id}/rewrap`, 200, nothing),
  setTenantLimits: named(
    ({ id }) => `/v1/tenants/${id}/limits`,
    200,
    () => ({ tokens: 1_000_000, micros: null, period: "day" }),
  ),
  createTenant: fixed("/v1/tenants", 201, { slug: "route-matrix", name: "Matrix" }),
  getPool: fixed("/v1/pool", 200),
  setDemo: named(
    () => "/v1/demo",
    200,
    ({ channelId }) => ({ channelId, agentName: "La Cadena" }),
  ),
  createSignInLink: named(
    () => "/v1/auth/links",
    201,
    ({ id }) => ({ tenantId: id }),
  ),
  createAgent: fixed("/v1/agents", 201, { settings: settings() }),
  listAgents: fixed("/v1/agents", 200),
  getAgent: named(agent(""), 200),
  updateAgent: named(agent(""), 200, () => ({ settings: settings({ name: "Renamed" }) })),
  diffAgent: named(agent("/diff"), 200),
  publishAgent: named(agent("/publish"), 201, nothing),
  listReleases: named(agent("/releases"), 200),
  getRelease: named((tenant) => agent(`/releases/${tenant.releaseId}`)(tenant), 200),
  rollbackAgent: named(agent("/rollback"), 200, ({ releaseId }) => ({ releaseId })),
  getCanary: named(agent("/canary"), 404),
  changeCanary: named(agent("/canary"), 404, () => ({ percent: 30 })),
  promoteCanary: named(agent("/canary/promote"), 404, nothing),
  stopCanary: named(agent("/canary/stop"), 404, nothing),
  listCanaries: named(agent("/canaries"), 200),
  listChannelKinds: fixed("/v1/channel-kinds", 200),
  getChannelKind: fixed("/v1/channel-kinds/telegram", 200),
  createChannel: named(
    () => "/v1/channels",
    201,
    ({ agentId }) => ({ kind: "webchat", name: "Second", agentId }),
  ),
  listChannels: fixed("/v1/channels", 200),
  getChannel: named(channel(""), 200),
  updateChannel: named(channel(""), 200, () => ({ name: "Renamed" })),
  connectChannel: named(channel("/connect"), 200, nothing),
  disconnectChannel: named(channel("/disconnect"), 200, nothing),
  rotateChannelSecret: named(channel("/rotate-secret"), 200, nothing),
  getChannelHealth: named(channel("/health"), 200),
  listChannelAlerts: fixed("/v1/channel-alerts?state=open", 200),
  disableChannel: named(channel("/disable"), 200, nothing),
  enableChannel: named(channel("/enable"), 200, nothing),
  createProvider: fixed("/v1/providers", 201, {
    name: "Own",
    baseUrl: "https://models.example.com/v1",
    apiKey: "example",
  }),
  listProviders: fixed("/v1/providers", 200),
  getProvider: named(({ providerId }) => `/v1/providers/${providerId}`, 200),
  updateProvider: named(
    ({ providerId }) => `/v1/providers/${providerId}`,
    200,
    () => ({ name: "Renamed" }),
  ),
  checkProvider: named(({ providerId }) => `/v1/providers/${providerId}/check`, 200, nothing),
  deleteProvider: named(({ providerId }) => `/v1/providers/${providerId}`, 204),
  createKnowledgeBase: fixed("/v1/knowledge-bases", 201, { name: "Second" }),
  listKnowledgeBases: fixed("/v1/knowledge-bases", 200),
  getKnowledgeBase: named(base(""), 200),
  updateKnowledgeBase: named(base(""), 200, () => ({ name: "Renamed" })),
  uploadKnowledgeDocument: named(base("/documents?name=nota.txt"), 202, () => "El taller cierra en agosto."),
  addKnowledgeAnswer: named(base("/answers"), 202, () => ({ question: "¿Abrís en agosto?", answer: "No." })),
  listKnowledgeDocuments: named(base("/documents"), 200),
  getKnowledgeDocument: named(knowledgeDocument(""), 200),
  reindexKnowledgeDocument: named(knowledgeDocument("/reindex"), 202, nothing),
  searchKnowledge: named(
    () => "/v1/knowledge/search",
    200,
    ({ knowledgeBaseId }) => ({ query: "patinetes", knowledgeBaseIds: [knowledgeBaseId] }),
  ),
  listKnowledgeGaps: fixed("/v1/knowledge-gaps", 200),
  deleteKnowledgeDocument: named(knowledgeDocument(""), 204),
  deleteKnowledgeBase: named(base(""), 204),
  listModels: fixed("/v1/models", 200),
  createApiKey: fixed("/v1/api-keys", 201, { name: "Second", scopes: ["agents.read"] }),
  listApiKeys: fixed("/v1/api-keys", 200),
  setNotices: fixed("/v1/notices", 200, { recipients: [{ address: "ana@example.com" }] }),
  getNotices: fixed("/v1/notices", 200),
  listConversations: fixed("/v1/conversations", 200),
  getConversation: named(conversation(""), 200),
  listContacts: fixed("/v1/contacts", 200),
  getContact: named(() => `/v1/contacts/${UNKNOWN_CONTACT}`, 404),
  eraseContact: named(() => `/v1/contacts/${UNKNOWN_CONTACT}`, 404),
  listErasures: fixed("/v1/erasures", 200),
  searchMessages: fixed("/v1/messages/search?query=taller", 200),
  listMessages: named(conversation("/messages"), 200),
  listTurns: named(conversation("/turns"), 200),
  listSteps: named(conversation("/turns/1/steps"), 200),
  getStepPrompt: named(conversation("/turns/9999999/steps/1/prompt"), 404),
  watchConversation: {
    path: conversation("/live"),
    own: 101,
    names: true,
    headers: { upgrade: "websocket", connection: "upgrade" },
  },
  uploadFile: named(conversation("/files?name=nota.txt"), 201, () => "Una nota."),
  getFileLink: named(conversation("/messages/1/files/0"), 404),
  sendMessage: named(conversation("/messages"), 202, () => ({ text: "Hola" })),
  takeOverConversation: named(conversation("/take-over"), 200, nothing),
  handBackConversation: named(conversation("/hand-back"), 200, nothing),
  // Not before: whoever holds the conversation is not sent away by a pause that ends sooner.
  pauseConversation: named(conversation("/pause"), 200, () => ({ until: new Date(Date.now() + 60_000).toISOString() })),
  listDeadLetters: fixed("/v1/dead-letters", 200),
  replayDeadLetter: named(() => `/v1/dead-letters/${UNKNOWN_LETTER}/replay`, 404, nothing),
  resolveDeadLetter: named(() => `/v1/dead-letters/${UNKNOWN_LETTER}/resolve`, 404, nothing),
  listDeadEvents: fixed("/v1/dead-events?state=waiting", 200),
  getDeadEvent: fixed(`/v1/dead-events/${UNKNOWN_EVENT}`, 404),
  replayDeadEvent: fixed(`/v1/dead-events/${UNKNOWN_EVENT}/replay`, 404, {}),
  discardDeadEvent: fixed(`/v1/dead-events/${UNKNOWN_EVENT}/discard`, 404, {}),
  getUsage: fixed("/v1/usage?from=2026-01-01&to=2026-12-31", 200),
  getTenantState: fixed("/v1/tenant/state", 200),
  archiveAgent: named(({ spareAgentId }) => `/v1/agents/${spareAgentId}`, 204),
  revokeApiKey: named(({ apiKeyId }) => `/v1/api-keys/${apiKeyId}`, 204),
};

/** A session of these shows nothing until a token was given inside it. */
function socketio(path: string): typeof publicRoutes {
  const why = "a session without a conversation";
  return {
    [`GET ${path}`]: { path: () => `${path}?EIO=4&transport=polling`, status: 200, why },
    [`POST ${path}`]: { path: () => `${path}?EIO=4&transport=polling`, status: 400, why },
    [`OPTIONS ${path}`]: { path: () => path, status: 204, why },
  };
}

/** Routes outside the admin API: what somebody without any credential gets, and why that is right. */
export const publicRoutes: Record<
  string,
  { path: (tenant: Tenant) => string; status: number | number[]; body?: unknown; why: string }
> = {
  "GET /healthz": { path: () => "/healthz", status: 200, why: "says only that the process runs" },
  "GET /readyz": { path: () => "/readyz", status: 200, why: "names of checks, no data" },
  "GET /metrics": { path: () => "/metrics", status: 200, why: "open in development only; S35 tests production" },
  "GET /openapi.json": { path: () => "/openapi.json", status: 200, why: "reference" },
  "GET /docs": { path: () => "/docs", status: 200, why: "reference" },
  "GET /docs/style.css": { path: () => "/docs/style.css", status: 200, why: "reference" },
  "GET /demo.json": { path: () => "/demo.json", status: 200, why: "ids that the demo page shows anyway" },
  "GET /chat/widget.js": {
    path: () => "/chat/widget.js",
    status: [200, 404],
    why: "a file of the site, there once it is built",
  },
  "GET /auth/link": { path: () => "/auth/link?token=unknown", status: 410, why: "the token is the credential" },
  "POST /auth/link": { path: () => "/auth/link", status: 403, why: "needs an own Origin, and the token" },
  "GET /auth/style.css": { path: () => "/auth/style.css", status: 200, why: "the look of the page of a link" },
  "POST /auth/sign-out": { path: () => "/auth/sign-out", status: 403, why: "needs an own Origin" },
  ...socketio("/socket.io/"),
  ...socketio("/chat/"),
  "POST /chat/:channelId/session": {
    path: ({ channelId }) => `/chat/${channelId}/session`,
    status: 200,
    body: {},
    why: "anybody may begin a chat",
  },
  "GET /chat/:channelId/socket": {
    path: ({ channelId }) => `/chat/${channelId}/socket?token=x`,
    status: 401,
    why: "visitor token",
  },
  "POST /chat/:channelId/messages": {
    path: ({ channelId }) => `/chat/${channelId}/messages`,
    status: 401,
    body: { id: "x", text: "x" },
    why: "visitor token",
  },
  "GET /chat/:channelId/messages": {
    path: ({ channelId }) => `/chat/${channelId}/messages`,
    status: 401,
    why: "visitor token",
  },
  "GET /chat/:channelId/messages/:seq/files/:n": {
    path: ({ channelId }) => `/chat/${channelId}/messages/1/files/0`,
    status: 401,
    why: "visitor token",
  },
  "GET /files/:key/:proof/:name": {
    path: ({ id }) => `/files/${btoa(`${id}/media/x`).replaceAll("=", "")}/v1.zzzzzz.${"A".repeat(43)}/a.png`,
    status: 404,
    why: "the signature in the link is the credential",
  },
  "GET /chat/:channelId/events": {
    path: ({ channelId }) => `/chat/${channelId}/events`,
    status: 401,
    why: "visitor token",
  },
};
