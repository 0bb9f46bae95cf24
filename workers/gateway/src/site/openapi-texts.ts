const description = `Everything the console does, for programs. JSON in and out, times in ISO 8601 (UTC), ids with a prefix.

Lists: \`?cursor=&limit=\` (at most 100), answered by \`{ data, nextCursor }\`. Errors: RFC 9457 problem details with a stable \`code\`.

Creating: \`Idempotency-Key\` on POST (at most 255 characters, kept 24 hours per tenant) makes a repeated request answer the same; with another body it is refused with \`IDEMPOTENCY_MISMATCH\`.

Editing: configuration carries an \`ETag\`; send it back in \`If-Match\`, and a change somebody else made in between gives 412.

Every answer carries \`X-Request-Id\`; requests over the limit get 429 with \`Retry-After\`.`;

export const info = { title: "Charla API", version: "1.0.0", description };

export const tags = [
  { name: "tenants", description: "Customers of the platform. Platform key." },
  {
    name: "agents",
    description: "What an agent is told, which model and tools it has; published as immutable releases.",
  },
  { name: "channels", description: "Connected accounts that messages come in by and go out by." },
  {
    name: "providers",
    description: "A tenant's own model providers: OpenAI, Google, Anthropic or any OpenAI-compatible server.",
  },
  {
    name: "knowledge",
    description: "Documents and answers that agents answer from, and why they found what they found.",
  },
  { name: "api-keys", description: "Keys of a tenant, with scopes; shown once." },
  { name: "notices", description: "Who is written to when something needs a person." },
  { name: "conversations", description: "Read, search, take over, hand back, answer as a person." },
  { name: "contacts", description: "The people who write; erasing everything of one." },
  { name: "dead-letters", description: "What needs a person: messages and turns that were given up." },
  { name: "dead-events", description: "Queue messages that no retry could deliver, of all tenants. Platform key." },
  { name: "usage", description: "Tokens and cost, limits and status." },
  { name: "auth", description: "One-time sign-in links." },
];

export const securitySchemes = {
  apiKey: { type: "http", scheme: "bearer", bearerFormat: "ck_…", description: "API key of a tenant" },
  platformKey: {
    type: "http",
    scheme: "bearer",
    description: "The platform's key; for a tenant's resources together with the header `Charla-Tenant`",
  },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-charla",
    description: "Session from a one-time link; changes need the same Origin",
  },
};
