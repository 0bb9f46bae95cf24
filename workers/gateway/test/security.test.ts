import { SELF } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { endpoints } from "../src/routes/index.ts";
import { sessionCookie } from "../src/session-cookie.ts";
import { env } from "cloudflare:workers";
import { asPlatform, bearer, call, newTenant, ORIGIN, send, settings, type Tenant } from "./world.ts";

let own: Tenant;
let foreign: Tenant;

beforeAll(async () => {
  own = await newTenant();
  foreign = await newTenant();
}, 60_000);

/** The id of a session, as a link leaves it that was opened. */
const sessionOf = async (tenant: Tenant): Promise<string> => {
  const [id, now] = [crypto.randomUUID(), Date.now()];
  await env.CONTROL_DB.prepare(
    `INSERT INTO one_time_links (token_hash, tenant_id, subject, return_to, created_at, expires_at, used_at)
    VALUES (?1, ?2, 'owner', '/', ?3, ?4, ?3)`,
  )
    .bind(id, tenant.id, now, now + 60_000)
    .run();
  return id;
};

const cookieOf = async (tenant: Tenant, role: "owner" | "viewer"): Promise<string> => {
  const session = { id: await sessionOf(tenant), tenantId: tenant.id, memberId: "owner", role };
  const cookie = await sessionCookie(env, new URL(ORIGIN), session, Date.now());
  return cookie.split(";")[0] ?? "";
};

describe("S7: an id of somebody else is an id that does not exist", () => {
  it.each([
    ["conversation", () => `/v1/conversations/${foreign.conversationId}`, `/v1/conversations/cnv_${"0f".repeat(32)}`],
    ["agent", () => `/v1/agents/${foreign.agentId}`, "/v1/agents/agt_01kbd0mz3v7q2x9c4f6g8h1j5k"],
    ["channel", () => `/v1/channels/${foreign.channelId}`, "/v1/channels/chn_01kbd0mz3v7q2x9c4f6g8h1j5k"],
    ["provider", () => `/v1/providers/${foreign.providerId}`, "/v1/providers/prv_01kbd0mz3v7q2x9c4f6g8h1j5k"],
    ["a path that no id can have", () => "/v1/agents/..%2f..%2fetc", "/v1/agents/x"],
  ])("%s", async (_, foreignPath, unknownPath) => {
    const [there, nowhere] = [
      await call(foreignPath(), { headers: bearer(own.key) }),
      await call(unknownPath, { headers: bearer(own.key) }),
    ];
    expect(there.status).toBe(404);
    const faceOf = (text: string): string => text.replace(/"requestId":"[^"]+"/, "");
    expect(faceOf(there.text)).toBe(faceOf(nowhere.text));
  });
});

describe("S8: what the schema does not know is refused", () => {
  it.each([
    ["tenant_id", { tenant_id: "ten_01kbd0mz3v7q2x9c4f6g8h1j5k" }],
    ["tenantId", { tenantId: "ten_01kbd0mz3v7q2x9c4f6g8h1j5k" }],
    ["role", { role: "owner" }],
    ["spend_cap", { spend_cap: 1e9 }],
    ["__proto__", JSON.parse('{"__proto__":{"polluted":true}}')],
  ])("%s beside the settings and inside them", async (name, extra) => {
    const headers = bearer(own.key);
    const before = await call(`/v1/agents/${own.agentId}`, { headers });
    for (const body of [{ settings: settings(), ...extra }, { settings: { ...settings(), ...extra } }]) {
      const raw =
        name === "__proto__"
          ? JSON.stringify(body).replace('"settings"', '"__proto__":{"polluted":true},"settings"')
          : JSON.stringify(body);
      const answer = await call(`/v1/agents/${own.agentId}`, {
        method: "PUT",
        raw,
        headers: { ...headers, "content-type": "application/json" },
      });
      expect(answer.status).toBe(400);
    }
    expect((await call(`/v1/agents/${own.agentId}`, { headers })).json).toEqual(before.json);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("S9: tokens that are none", () => {
  const segment = (value: unknown): string =>
    btoa(JSON.stringify(value)).replaceAll("=", "").replaceAll("+", "-").replaceAll("/", "_");
  const claims = { iss: "charla", aud: "charla-session", sub: "owner", role: "owner", iat: 1, exp: 9_999_999_999 };
  async function hs256(header: object, payload: object, secret: string): Promise<string> {
    const input = `${segment({ typ: "JWT", alg: "HS256", ...header })}.${segment(payload)}`;
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(secret),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(input)));
    return `${input}.${btoa(String.fromCharCode(...bytes))
      .replaceAll("=", "")
      .replaceAll("+", "-")
      .replaceAll("/", "_")}`;
  }
  let sessionId: string;
  beforeAll(async () => {
    sessionId = await sessionOf(own);
  });
  const good = (change: object = {}): object => ({ ...claims, jti: sessionId, tenant: own.id, ...change });

  it("lets the same token in when nothing is wrong with it", async () => {
    const token = await hs256({}, good(), env.SESSION_SECRET);
    expect((await call("/v1/agents", { headers: { cookie: `__Host-charla=${token}` } })).status).toBe(200);
  });

  it.each<[string, () => string | Promise<string>]>([
    ["alg none", () => `${segment({ alg: "none" })}.${segment(good())}.`],
    ["another secret", () => hs256({}, good(), "another-secret")],
    ["empty secret", () => `${segment({ alg: "HS256" })}.${segment(good())}.`],
    ["expired", () => hs256({}, good({ exp: 2 }), env.SESSION_SECRET)],
    ["no expiry", () => hs256({}, { ...good(), exp: undefined }, env.SESSION_SECRET)],
    ["no session", () => hs256({}, { ...good(), jti: undefined }, env.SESSION_SECRET)],
    ["a session that nobody opened", () => hs256({}, good({ jti: "another" }), env.SESSION_SECRET)],
    ["another audience", () => hs256({}, good({ aud: "charla" }), env.SESSION_SECRET)],
    ["another issuer", () => hs256({}, good({ iss: "https://evil.test" }), env.SESSION_SECRET)],
    ["kid with a path", () => hs256({ kid: "../../dev/null" }, good(), "\0")],
    ["embedded key", () => hs256({ jwk: { kty: "oct", k: "eA" } }, good(), "x")],
    ["unknown crit", () => hs256({ crit: ["b64"], b64: false }, good(), env.SESSION_SECRET)],
    ["a role nobody has", () => hs256({}, good({ role: "root" }), env.SESSION_SECRET)],
    ["RS256 by name", () => hs256({ alg: "RS256" }, good(), env.SESSION_SECRET)],
  ])("%s", async (_, make) => {
    const answer = await call("/v1/agents", { headers: { cookie: `__Host-charla=${await make()}` } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="charla"');
  });
});

describe("S10: a viewer changes nothing", () => {
  // A question that is too long for an address is asked by POST and changes nothing either.
  const mutations = endpoints.filter(
    ({ method, access }) => method !== "get" && access.who === "tenant" && !access.permission.endsWith(".read"),
  );
  it.each(mutations.map((endpoint) => [endpoint.id, endpoint] as const))("%s", async (_, { method, path }) => {
    const filled = path
      .replace("{agentId}", own.agentId)
      .replace("{channelId}", own.channelId)
      .replace("{providerId}", own.providerId)
      .replace("{apiKeyId}", own.apiKeyId)
      .replace("{conversationId}", own.conversationId)
      .replace("{deadLetterId}", "ded_01kbd0mz3v7q2x9c4f6g8h1j5k");
    const answer = await call(filled, {
      method: method.toUpperCase(),
      headers: { cookie: await cookieOf(own, "viewer"), origin: ORIGIN },
      body: {},
    });
    expect(answer.status).toBe(403);
  });

  it("but may read", async () => {
    expect((await call("/v1/agents", { headers: { cookie: await cookieOf(own, "viewer") } })).status).toBe(200);
  });
});

describe("S11: odd lists", () => {
  it.each([
    "limit=1e9",
    "limit=1000000000",
    "limit=-1",
    "limit=0",
    "limit=NaN",
    "sort=;drop",
    "cursor=xxx",
    "cursor=%00",
    "limit=1&limit=2",
    "__proto__=1",
  ])("%s", async (query) => {
    expect((await call(`/v1/agents?${query}`, { headers: bearer(own.key) })).status).toBe(400);
  });

  it("a cursor of another tenant opens nothing of it", async () => {
    const theirs = await call("/v1/agents?limit=1", { headers: bearer(foreign.key) });
    const cursor = new URLSearchParams({ cursor: String(Reflect.get(Object(theirs.json), "nextCursor")) });
    const answer = await call(`/v1/agents?${cursor}`, { headers: bearer(own.key) });
    expect(answer.text).not.toContain(foreign.agentId);
    expect(answer.text).not.toContain(foreign.spareAgentId);
  });
});

describe("S17: a browser that somebody else steers", () => {
  it.each([
    ["a foreign origin", { origin: "https://evil.test" }],
    ["no origin", {}],
    ["the origin null", { origin: "null" }],
    ["our name as a prefix", { origin: `${ORIGIN}.evil.test` }],
    ["another scheme", { origin: ORIGIN.replace("https", "http") }],
  ])("changes with a cookie and %s", async (_, headers) => {
    const cookie = await cookieOf(own, "owner");
    const answer = await call("/v1/agents", {
      method: "POST",
      headers: { cookie, ...headers },
      body: { settings: settings() },
    });
    expect(answer.status).toBe(403);
    const socket = await send(`/v1/conversations/${own.conversationId}/live`, {
      headers: { cookie, ...headers, upgrade: "websocket" },
    });
    expect(socket.status).toBe(403);
    await socket.body?.cancel();
  });

  it("works from our own origin", async () => {
    const headers = { cookie: await cookieOf(own, "owner"), origin: ORIGIN };
    expect((await call("/v1/agents", { method: "POST", headers, body: { settings: settings() } })).status).toBe(201);
  });

  it.each(["/v1/agents", "/v1/tenants", "/auth/sign-out", "/openapi.json"])(
    "no preflight of %s lets anybody in",
    async (path) => {
      const headers = { origin: "https://evil.test", "access-control-request-method": "POST" };
      const answer = await call(path, { method: "OPTIONS", headers });
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      expect(answer.status).toBe(405);
    },
  );
});

describe("S34: headers of every answer", () => {
  it.each([
    ["/healthz", 200],
    ["/docs", 200],
    ["/openapi.json", 200],
    ["/metrics", 200],
    ["/v1/agents", 401],
    ["/nothing/here", 404],
    ["/auth/link?token=x", 410],
    ["/chat/chn_01kbd0mz3v7q2x9c4f6g8h1j5k/messages", 404],
    ["/webhooks/http/chn_01kbd0mz3v7q2x9c4f6g8h1j5k", 404],
  ])("%s", async (path, status) => {
    const method = path.startsWith("/webhooks") ? "POST" : "GET";
    const answer = await call(path, { method, ...(method === "POST" ? { body: {} } : {}) });
    expect(answer.status).toBe(status);
    const { headers } = answer;
    expect(headers.get("strict-transport-security")).toContain("max-age=");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).not.toContain("unsafe-inline");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-request-id")).toMatch(/^req_/);
    expect(headers.has("server") || headers.has("x-powered-by")).toBe(false);
    expect(answer.text).not.toMatch(/\bat [\w.<>]+ \(|\.ts:\d+/);
    if (status >= 400) expect(headers.get("cache-control")).toBe("no-store");
  });

  it("keeps private answers out of every cache", async () => {
    expect((await call("/v1/agents", { headers: bearer(own.key) })).headers.get("cache-control")).toBe("no-store");
  });
});

describe("S35: what is not documented is not there", () => {
  it.each([
    "/cdn-cgi/handler/scheduled",
    "/__scheduled",
    "/debug",
    "/.git/config",
    "/.dev.vars",
    "/wrangler.toml",
    "/agents/conversation/x",
    "/parties/main/x",
    "/conversation/socket",
    "/v1",
    "/v2/agents",
    "/chat",
    "/chat/x/y/z",
    "/webhooks",
  ])("%s", async (path) => {
    for (const method of ["GET", "POST"]) {
      const answer = await call(path, {
        method,
        headers: asPlatform(own.id),
        ...(method === "POST" ? { body: {} } : {}),
      });
      expect(answer.status).toBe(404);
    }
  });
});

describe("S36: no way round the front door", () => {
  it.each([
    [
      "a verb in a header",
      "/v1/agents",
      "GET",
      { "x-http-method-override": "POST", "x-method-override": "DELETE" },
      200,
    ],
    ["TRACK", "/v1/agents", "PROPFIND", {}, 405],
    ["a change on a read-only path", "/v1/pool", "DELETE", {}, 405],
    ["POST to a reading path", "/openapi.json", "POST", {}, 405],
    ["two slashes", "//v1/agents", "GET", {}, 404],
    ["two slashes within", "/v1//agents", "GET", {}, 404],
    ["a trailing slash", "/v1/agents/", "GET", {}, 404],
    ["capitals", "/V1/agents", "GET", {}, 404],
    ["dots as codes", "/v1/%2e%2e/v1/pool", "GET", {}, 403],
    ["a slash as code", "/v1%2fagents", "GET", {}, 404],
    ["a matrix parameter", "/v1/agents;a=1", "GET", {}, 404],
    ["NUL", "/v1/agents%00", "GET", {}, 404],
  ] as const)("%s", async (_, path, method, headers, status) => {
    const answer = await call(path, { method, headers: { ...bearer(own.key), ...headers } });
    expect(answer.status).toBe(status);
    if (status === 405) expect(answer.headers.get("allow")).toMatch(/GET/);
    expect((await call(path, { method, headers })).status).not.toBe(200);
  });

  it("a host with a dot at its end gets no further", async () => {
    const response = await SELF.fetch(new Request("https://charla.test./v1/agents"));
    await response.body?.cancel();
    expect(response.status).toBe(401);
  });
});
