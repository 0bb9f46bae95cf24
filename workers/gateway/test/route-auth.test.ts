import { beforeAll, describe, expect, it, vi } from "vitest";
import { newApp } from "../src/app.ts";
import type { Endpoint } from "../src/endpoint.ts";
import { endpoints } from "../src/routes/index.ts";
import { publicRoutes, table, type Row } from "./route-table.ts";
import { asPlatform, bearer, newKey, newTenant, problemCode, send, type Answer, type Tenant } from "./world.ts";

let own: Tenant;
let foreign: Tenant;

beforeAll(async () => {
  own = await newTenant();
  foreign = await newTenant();
  // Lists read the projection, which follows the conversation by a moment.
  await vi.waitFor(
    async () => expect((await request(rowOf("getConversation"), "get", own, bearer(own.key))).status).toBe(200),
    {
      timeout: 15_000,
      interval: 50,
    },
  );
}, 60_000);

function rowOf(id: string): Row {
  const row = table[id];
  if (row === undefined) throw new Error(`${id} is not in the table`);
  return row;
}

async function request(row: Row, method: string, tenant: Tenant, headers: Record<string, string>): Promise<Answer> {
  const response = await send(row.path(tenant), {
    method: method.toUpperCase(),
    headers: { ...row.headers, ...headers },
    body: row.body?.(tenant),
  });
  response.webSocket?.accept();
  response.webSocket?.close();
  const text = response.status === 101 ? "" : await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text.startsWith("{") ? JSON.parse(text) : undefined,
  };
}

const order = Object.keys(table);
const byTable = endpoints.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
const cases = byTable.map((endpoint): [string, Endpoint] => [`${endpoint.method} ${endpoint.path}`, endpoint]);
const tenantCases = cases.filter(([, { access }]) => access.who === "tenant");
const platformCases = cases.filter(([, { access }]) => access.who === "platform");

describe("the table", () => {
  it("has every registered route, and no route that does not exist", () => {
    const registered = newApp()
      .routes.filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path}`);
    const admin = endpoints.map(
      ({ method, path }) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`,
    );
    expect(new Set(registered)).toEqual(new Set([...admin, ...Object.keys(publicRoutes)]));
    expect(new Set(order)).toEqual(new Set(endpoints.map(({ id }) => id)));
  });
});

describe.each(cases)("%s", (_, endpoint) => {
  const as = (headers: Record<string, string>): Promise<Answer> =>
    request(rowOf(endpoint.id), endpoint.method, own, headers);

  it.each([
    ["nothing", {}],
    ["a key nobody was given", bearer("ck_0000000000000000000000000000000000000000000")],
    ["a wrong platform key", bearer("platform-key-for-testz")],
    ["a platform key with more behind it", bearer("platform-key-for-testsx")],
    ["basic authentication", { authorization: "Basic YWRtaW46YWRtaW4=" }],
    ["a cookie nobody signed", { cookie: "__Host-charla=eyJhbGciOiJub25lIn0.eyJzdWIiOiJvd25lciJ9." }],
  ])("refuses %s", async (__, headers) => {
    const answer = await as(headers);
    expect(answer.status).toBe(401);
    expect(problemCode(answer)).toBe("UNAUTHENTICATED");
    expect(answer.headers.get("www-authenticate")).toContain("Bearer");
  });
});

describe.each(tenantCases)("%s", (_, endpoint) => {
  it("shows a stranger's key nothing of the tenant", async () => {
    const row = rowOf(endpoint.id);
    const answer = await request(row, endpoint.method, own, { ...bearer(foreign.key), "charla-tenant": own.id });
    for (const id of [own.id, own.agentId, own.channelId, own.providerId, own.conversationId]) {
      if (!row.path(own).includes(id)) expect(answer.text).not.toContain(id);
    }
    if (row.names) expect([404, 422]).toContain(answer.status);
  });

  it("refuses a key without the permission", async () => {
    if (endpoint.access.who !== "tenant") throw new Error("a tenant's route");
    const scope = endpoint.access.permission === "usage.read" ? "agents.read" : "usage.read";
    const { key } = await newKey(own.id, [scope]);
    const answer = await request(rowOf(endpoint.id), endpoint.method, own, bearer(key));
    expect(answer.status).toBe(403);
    expect(problemCode(answer)).toBe("FORBIDDEN");
  });
});

describe.each(platformCases)("%s", (_, endpoint) => {
  it("refuses a tenant's key, even with every scope", async () => {
    const answer = await request(rowOf(endpoint.id), endpoint.method, own, bearer(own.key));
    expect(answer.status).toBe(403);
  });
});

describe("whoever may", () => {
  it.each(cases)("%s works", async (_, endpoint) => {
    const row = rowOf(endpoint.id);
    const headers = endpoint.access.who === "platform" ? asPlatform() : bearer(own.key);
    const answer = await request(row, endpoint.method, own, headers);
    expect([answer.status, answer.text.slice(0, 300)]).toEqual([row.own, expect.any(String)]);
  });
});

describe("routes outside the admin API", () => {
  it.each(Object.entries(publicRoutes))("%s without a credential", async (route, { path, status, body }) => {
    const [method] = route.split(" ");
    const response = await send(path(foreign), { method, body });
    await response.body?.cancel();
    expect([status].flat()).toContain(response.status);
  });
});
