import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { listAt, textAt } from "@charla/testkit/charla/api";
import { furnishTenant } from "@charla/testkit/charla/furnish";

import { System } from "./system.ts";
import { type Estate, furnishEstate, SHOP } from "./tenants/estate.ts";
import { faceOf, knock } from "./tenants/knock.ts";
import { filled, names, neverExisted, type Operation, operationsOf } from "./tenants/operations.ts";

/** What a stranger may be told: nothing, in three ways; and of an id in a body, that it cannot be used. */
const NOTHING = [401, 403, 404];
const UNUSABLE = [403, 404, 422];

let system: System;
let operations: Operation[];
let estates: [Estate, Estate];

beforeAll(async () => {
  system = await System.start();
  operations = (await operationsOf(system.charla.url)).filter(({ path }) => path.startsWith("/v1/"));
  const second = await furnishTenant(system.charla.platform(), "neighbour");
  estates = [
    await furnishEstate(system, system.tenant, "canario-7f3a"),
    await furnishEstate(system, second, "mirlo-91c2"),
  ];
});
afterAll(() => system.stop());

/** Both ways: whoever can look over the fence from one side may not be able to from the other. */
const directions = (): [Estate, Estate][] => [estates, [estates[1], estates[0]]];

async function told(stranger: Estate, operation: Operation, ids: Record<string, string>): Promise<string> {
  const { path, body } = filled(operation, ids);
  const { method, isSocket } = operation;
  if (isSocket) return knock(system.charla.url, path, { authorization: `Bearer ${stranger.tenant.key}` });
  const sent = method === "GET" || method === "DELETE" ? undefined : body;
  const { status, json } = await stranger.tenant.api.request(method, path, sent, { "if-match": "*" });
  // An id that was sent may be said back; that it is somebody's may not show in how.
  const text = Object.values(ids).reduce((face, id) => face.replaceAll(id, "…"), faceOf(JSON.stringify(json)));
  return `${status} ${text}`;
}

/** What a stranger could change, as one text: configuration, and the log of a conversation in which nothing is under way. */
async function snapshot({ tenant: { api }, ids }: Estate): Promise<string> {
  const conversation = `/v1/conversations/${ids["conversationId"]}`;
  const lists = ["agents", "channels", "providers", "api-keys", "dead-letters", `agents/${ids["agentId"]}/releases`];
  const all = [...lists.map((list) => `/v1/${list}`), `${conversation}/messages`, `${conversation}/turns`];
  const texts = await Promise.all(all.map(async (path) => JSON.stringify(await api.get(path))));
  const { status, limits } = Object(await api.get("/v1/tenant/state"));
  return JSON.stringify([...texts, status, limits]).replace(/\\"lastUsedAt\\":(\\"[^"]*\\"|null)/g, "");
}

test("no route gives another tenant's key anything, and none tells a real id from one that never existed", async () => {
  const named = operations.filter(names);
  const before = await Promise.all(estates.map(snapshot));
  const found: string[] = [];
  for (const [owner, stranger] of directions()) {
    // The platform's alone, so a tenant has no id of it; a stranger is refused before it matters.
    const ids = { ...owner.ids, deadEventId: "evt_01kbd0mz3v7q2x9c4f6g8h1j5k" };
    const cells = Array.from({ length: 3 }, () => named).flat();
    await Promise.all(
      cells.map(async (operation) => {
        const what = `${operation.method} ${operation.path}`;
        const [real, made] = await Promise.all([
          told(stranger, operation, ids),
          told(stranger, operation, neverExisted(ids)),
        ]);
        const allowed = operation.path.includes("{") ? NOTHING : UNUSABLE;
        if (!allowed.includes(Number(real.slice(0, 3)))) found.push(`${what}: ${real}`);
        if (real !== made) found.push(`${what}: ${real} differs from ${made}`);
        if (real.includes(owner.canary)) found.push(`${what} shows what it must not`);
      }),
    );
  }
  expect(named.length).toBeGreaterThan(35);
  expect(found).toEqual([]);
  expect(await Promise.all(estates.map(snapshot))).toEqual(before);
});

test("lists and searches show a tenant its own things only", async () => {
  const lists = operations.filter(({ method, path }) => method === "GET" && !path.includes("{"));
  for (const [owner, stranger] of directions()) {
    for (const path of [
      ...lists.map((list) => list.path),
      `/v1/messages/search?query=${owner.canary}`,
      `/v1/conversations?channelId=${owner.ids["channelId"]}`,
      `/v1/conversations?agentId=${owner.ids["agentId"]}`,
    ]) {
      const text = JSON.stringify((await stranger.tenant.api.request("GET", path)).json);
      for (const secret of [owner.canary, ...Object.values(owner.ids).filter((id) => id.includes("_"))])
        expect(text, path).not.toContain(secret);
    }
  }
});

test("a tenant's header, and a viewer somebody made up, change nobody's tenant", async () => {
  for (const [owner, stranger] of directions()) {
    const { status, json } = await stranger.tenant.api.request("GET", "/v1/agents", undefined, {
      "charla-tenant": owner.tenant.id,
    });
    expect(status).toBe(200);
    expect(JSON.stringify(json)).not.toContain(owner.canary);
    const viewer = JSON.stringify({ role: "operator", tenantId: owner.tenant.id, memberId: "x", afterSeq: 0 });
    const live = `/v1/conversations/${owner.ids["conversationId"]}/live`;
    const headers = { authorization: `Bearer ${stranger.tenant.key}`, "x-charla-viewer": viewer };
    expect(await knock(system.charla.url, live, headers)).toMatch(/^404/);
    expect(await knock(system.charla.url, live, { "x-charla-viewer": viewer })).toMatch(/^401/);
  }
});

test("a webhook signed with another tenant's secret is refused like one signed with none that exists", async () => {
  for (const [owner, stranger] of directions()) {
    const event = owner.thread.message(2);
    const [forged, junk] = await Promise.all([
      owner.thread.send(event, { secret: stranger.thread.account.secret }),
      owner.thread.send(event, { secret: `whsec_${btoa("nobody's secret, nobody's")}` }),
    ]);
    expect([forged.status, faceOf(forged.body)]).toEqual([401, faceOf(junk.body)]);
    expect(junk.status).toBe(401);
    expect(owner.thread.replies()).toHaveLength(1);
  }
});

describe("a visitor's token", () => {
  const routes = [
    ["GET", "messages"],
    ["POST", "messages"],
    ["GET", "events"],
    ["GET", "socket"],
  ] as const;

  async function tryChat(method: string, channelId: string, route: string, token: string): Promise<string> {
    if (route === "socket")
      return knock(system.charla.url, `/chat/${channelId}/socket?token=${token}`, { origin: SHOP });
    const response = await fetch(`${system.charla.url}/chat/${channelId}/${route}`, {
      method,
      headers: { origin: SHOP, "content-type": "application/json", authorization: `Bearer ${token}` },
      ...(method === "POST" ? { body: JSON.stringify({ id: "intruder", text: "hola" }) } : {}),
    });
    if (response.status === 200) {
      await response.body?.cancel();
      return "200";
    }
    return `${response.status} ${faceOf(await response.text())}`;
  }

  test.each(routes)("opens with %s %s the channel it was made for and no other", async (method, route) => {
    for (const [owner, stranger] of directions()) {
      const foreign = await tryChat(method, owner.chat.channelId, route, stranger.chat.token);
      expect(foreign).toMatch(/^401/);
      expect(foreign).toBe(await tryChat(method, owner.chat.channelId, route, "nobody.gave.this"));
      expect(await tryChat(method, owner.chat.channelId, route, owner.chat.token)).toMatch(/^(200|202|message)/);
    }
  });

  test("does not become a visitor elsewhere", async () => {
    for (const [owner, stranger] of directions()) {
      const response = await fetch(`${system.charla.url}/chat/${owner.chat.channelId}/session`, {
        method: "POST",
        body: "{}",
        headers: { origin: SHOP, "content-type": "application/json", authorization: `Bearer ${stranger.chat.token}` },
      });
      const conversationId = textAt(await response.json(), "conversationId");
      expect([owner.chat.conversationId, stranger.chat.conversationId]).not.toContain(conversationId);
    }
    const [first, second] = estates;
    const listed = await first.tenant.api.get(`/v1/conversations?channelId=${second.chat.channelId}`);
    expect(listAt(listed, "data")).toEqual([]);
  });
});
