import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";

import { type Api, at, listAt, textAt } from "@charla/testkit/charla/api";
import { furnishAgent, furnishTenant } from "@charla/testkit/charla/furnish";
import { until } from "@charla/testkit/poll";

import { System } from "./system.ts";
import type { Thread } from "./thread.ts";

const CANARY = "canario-7f3a";
/** What a stranger may be told: nothing, in three ways. */
const NOTHING = [401, 403, 404];

let system: System;
let stranger: { id: string; api: Api; key: string };
let thread: Thread;
let owned: Record<string, string>;

beforeAll(async () => {
  system = await System.start();
  stranger = await furnishTenant(system.charla.platform(), "stranger");
  thread = await system.thread(undefined, { name: CANARY, instructions: CANARY });
  await thread.say(1, `¿${CANARY}?`);
  await thread.replyTo(1);
  owned = await idsOf(thread);
});
afterAll(() => system.stop());

/** One id of each kind that belongs to the other tenant, by the name of the path parameter. */
async function idsOf(one: Thread): Promise<Record<string, string>> {
  const { api } = system.tenant;
  const conversationId = await one.conversationId();
  const [turn] = await until("the turn is listed", async () => {
    const turns = await one.turns();
    return turns.length > 0 && turns;
  });
  const { agentId, channelId } = one.account;
  return {
    tenantId: system.tenant.id,
    agentId,
    channelId,
    conversationId,
    releaseId: textAt(await api.get(`/v1/agents/${agentId}`), "releaseId"),
    providerId: textAt(await api.get("/v1/providers"), "data", 0, "id"),
    apiKeyId: textAt(await api.get("/v1/api-keys"), "data", 0, "id"),
    keyId: textAt(await api.get("/v1/api-keys"), "data", 0, "id"),
    deadLetterId: "ded_01kbd0mz3v7q2x9c4f6g8h1j5k",
    turn: String(at(turn, "seq") ?? 1),
    n: "0",
    step: "0",
  };
}

type Operation = { method: string; path: string; body: unknown };

async function operations(): Promise<Operation[]> {
  const document: unknown = await (await fetch(`${system.charla.url}/openapi.json`)).json();
  const paths = at(document, "paths");
  if (typeof paths !== "object" || paths === null) throw new Error("no paths");
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, unknown>).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      body: at(operation, "requestBody", "content", "application/json", "example"),
    })),
  );
}

const filled = (path: string): string => path.replace(/\{(\w+)\}/g, (_, name: string) => owned[name] ?? "");

/** Everything of the tenant that can be read, as one text. */
async function snapshot(): Promise<string> {
  const { api } = system.tenant;
  const paths = [
    "/v1/agents",
    "/v1/channels",
    "/v1/providers",
    "/v1/api-keys",
    `/v1/conversations/${owned["conversationId"]}`,
    `/v1/conversations/${owned["conversationId"]}/messages`,
  ];
  return JSON.stringify(await Promise.all(paths.map((path) => api.get(path)))).replace(
    /"lastUsedAt":("[^"]*"|null)/g,
    "",
  );
}

test("another tenant's key gets nothing through any route that names an id, and changes nothing", async () => {
  const before = await snapshot();
  const found: string[] = [];
  const all = (await operations()).filter(
    ({ path }) => path.startsWith("/v1/") && path.includes("{") && !path.endsWith("/live"),
  );
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all(
      all.map(async ({ method, path, body }) => ({
        what: `${method} ${path}`,
        answer: await stranger.api.request(
          method,
          filled(path),
          method === "GET" || method === "DELETE" ? undefined : (body ?? {}),
          { "if-match": "*" },
        ),
      })),
    );
    for (const { what, answer } of answers) {
      if (!NOTHING.includes(answer.status)) found.push(`${what}: ${answer.status} ${JSON.stringify(answer.json)}`);
      if (JSON.stringify(answer.json).includes(CANARY)) found.push(`${what} shows what it must not`);
    }
  }
  expect(all.length).toBeGreaterThan(20);
  expect(found).toEqual([]);
  expect(await snapshot()).toBe(before);
});

test("an unknown id and another tenant's id are answered alike", async () => {
  const unknown = { ...owned, agentId: "agt_01kbd0mz3v7q2x9c4f6g8h1j5k", conversationId: `cnv_${"0f".repeat(32)}` };
  for (const [path, other] of [
    [`/v1/agents/${owned["agentId"]}`, `/v1/agents/${unknown.agentId}`],
    [`/v1/conversations/${owned["conversationId"]}`, `/v1/conversations/${unknown.conversationId}`],
  ] as const) {
    const [foreign, absent] = await Promise.all([
      stranger.api.request("GET", path),
      stranger.api.request("GET", other),
    ]);
    expect(at(foreign.json, "code")).toBe("NOT_FOUND");
    expect({ ...(foreign.json as object), requestId: "" }).toEqual({ ...(absent.json as object), requestId: "" });
  }
});

test("lists and searches show a tenant its own things only", async () => {
  const paths = (await operations())
    .filter(({ method, path }) => method === "GET" && path.startsWith("/v1/") && !path.includes("{"))
    .map(({ path }) => path);
  for (const path of [
    ...paths,
    `/v1/messages/search?query=${CANARY}`,
    `/v1/conversations?channelId=${owned["channelId"]}`,
  ]) {
    const answer = await stranger.api.request("GET", path);
    const text = JSON.stringify(answer.json);
    expect(text, path).not.toContain(CANARY);
    expect(text, path).not.toContain(system.tenant.id);
  }
});

test("ids of another tenant in bodies make nothing", async () => {
  const model = { provider: owned["providerId"], model: "scripted" };
  const agent = await stranger.api.request("POST", "/v1/agents", { settings: { name: "ladrón", model } });
  if (agent.status < 300) {
    const published = await stranger.api.request("POST", `/v1/agents/${textAt(agent.json, "id")}/publish`, {});
    expect([400, 404, 422]).toContain(published.status);
  }
  const config = { callbackUrl: system.integrator.callbackUrl("thief") };
  const channel = await stranger.api.request("POST", "/v1/channels", {
    kind: "http",
    name: "thief",
    agentId: owned["agentId"],
    config,
  });
  expect([400, 404, 422]).toContain(channel.status);
  const moved = await stranger.api.request("POST", "/v1/agents", {
    settings: { name: "x", model: { provider: "workers-ai", model: "m" } },
    tenantId: system.tenant.id,
  });
  expect(moved.status).toBe(400);
});

test("a webhook signed with another tenant's secret is refused", async () => {
  const agentId = await furnishAgent(stranger, { name: "otro" });
  const config = { callbackUrl: system.integrator.callbackUrl("stranger") };
  const created = await stranger.api.post("/v1/channels", { kind: "http", name: "own", agentId, config });
  const { status } = await thread.send(thread.message(2), { secret: textAt(created, "secrets", "signingSecrets", 0) });
  expect(status).toBe(401);
  expect(thread.replies()).toHaveLength(1);
});

/** What a socket says before it is closed, or the status with which its opening was refused. */
function knock(path: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(new URL(path, system.charla.url.replace(/^http/, "ws")), { headers });
    socket.on("unexpected-response", (_request, response) => resolve(String(response.statusCode)));
    socket.on("message", (data) => {
      resolve(`message ${String(data)}`);
      socket.close();
    });
    socket.on("close", (code) => resolve(`closed ${code}`));
    socket.on("error", () => resolve("refused"));
  });
}

test("no socket opens on another tenant's conversation", async () => {
  const live = `/v1/conversations/${owned["conversationId"]}/live`;
  expect(NOTHING.map(String)).toContain(await knock(live, { authorization: `Bearer ${stranger.key}` }));
  expect(NOTHING.map(String)).toContain(await knock(live));
  const viewer = JSON.stringify({ role: "operator", tenantId: system.tenant.id, memberId: "x", afterSeq: 0 });
  expect(NOTHING.map(String)).toContain(
    await knock(live, { authorization: `Bearer ${stranger.key}`, "x-charla-viewer": viewer }),
  );
});

test("a visitor's token opens the channel it was made for and no other", async () => {
  const chat = async (api: Api, agentId: string): Promise<string> => {
    const config = { allowedOrigins: ["https://shop.example"] };
    return textAt(await api.post("/v1/channels", { kind: "webchat", name: "web", agentId, config }), "id");
  };
  const mine = await furnishAgent(stranger, { name: "web" });
  const [own, foreign] = [await chat(stranger.api, mine), await chat(system.tenant.api, owned["agentId"] ?? "")];
  const headers = { origin: "https://shop.example", "content-type": "application/json" };
  const session: unknown = await (
    await fetch(`${system.charla.url}/chat/${own}/session`, { method: "POST", body: "{}", headers })
  ).json();
  const token = textAt(session, "token");
  const read = await fetch(`${system.charla.url}/chat/${foreign}/messages`, {
    headers: { ...headers, authorization: `Bearer ${token}` },
  });
  expect(NOTHING).toContain(read.status);
  const write = await fetch(`${system.charla.url}/chat/${foreign}/messages`, {
    method: "POST",
    body: JSON.stringify({ id: "a", text: "hola" }),
    headers: { ...headers, authorization: `Bearer ${token}` },
  });
  expect(NOTHING).toContain(write.status);
  expect(NOTHING.map(String)).toContain(
    await knock(`/chat/${foreign}/socket?token=${token}`, { origin: "https://shop.example" }),
  );
  expect(listAt(await system.tenant.api.get(`/v1/conversations?channelId=${foreign}`), "data")).toEqual([]);
});
