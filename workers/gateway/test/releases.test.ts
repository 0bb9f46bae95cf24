import { beforeAll, describe, expect, it } from "vitest";
import { bearer, call, newTenant, problemCode, settings, type Tenant } from "./world.ts";

let shop: Tenant;
let stranger: Tenant;
beforeAll(async () => {
  shop = await newTenant();
  stranger = await newTenant();
}, 60_000);

const as = ({ key }: Tenant) => ({ headers: bearer(key) });
const post = (path: string, body: unknown) => call(path, { method: "POST", ...as(shop), body });
const put = (path: string, body: unknown) => call(path, { method: "PUT", ...as(shop), body });
const get = (path: string, who = shop) => call(path, as(who));
const idOf = (json: unknown): string => String(Reflect.get(Object(json), "id"));

async function newAgent(change: Record<string, unknown> = {}): Promise<string> {
  return `/v1/agents/${idOf((await post("/v1/agents", { settings: settings(change) })).json)}`;
}

describe("what changed", () => {
  const rules = (hours: string) => ["Saluda.", "No inventes precios.", `Abrimos ${hours}.`, "Despídete."].join("\n");

  it("is told before publishing, by publishing, and ever after", async () => {
    const agent = await newAgent({ instructions: rules("a las 9") });
    const first = await post(`${agent}/publish`, { note: "one" });
    expect(first).toMatchObject({ status: 201, json: { number: 1, note: "one" } });
    expect((await get(`${agent}/diff`)).json).toMatchObject({
      from: { releaseId: idOf(first.json), number: 1 },
      to: { draftVersion: 1 },
      changes: [],
    });
    const tools = [{ name: "sum", kind: "calculator" }];
    const burst = { fragmentMs: 900 };
    await put(agent, { settings: settings({ instructions: rules("a las 10"), tools, burst }) });
    const changes = [
      { path: "burst.fragmentMs", kind: "changed", before: 1200, after: 900 },
      {
        path: "instructions",
        kind: "changed",
        hunks: [{ beforeLine: 1, lines: expect.arrayContaining(["-Abrimos a las 9."]) }],
      },
      { path: "tools[sum]", kind: "added", after: { kind: "calculator", effect: "read" } },
    ];
    const byPath = (json: unknown): unknown[] =>
      [...(Reflect.get(Object(json), "changes") as { path: string }[])].toSorted((a, b) =>
        a.path.localeCompare(b.path),
      );
    expect(byPath((await get(`${agent}/diff`)).json)).toMatchObject(changes);
    const second = await post(`${agent}/publish`, { note: "two" });
    expect(byPath(second.json)).toMatchObject(changes);
    const [from, to] = [idOf(first.json), idOf(second.json)];
    expect(byPath((await get(`${agent}/diff?from=${from}&to=${to}`)).json)).toMatchObject(changes);
    expect((await get(`${agent}/diff?from=${to}&to=${from}`)).json).toMatchObject({
      from: { number: 2 },
      changes: expect.arrayContaining([expect.objectContaining({ path: "tools[sum]", kind: "removed" })]),
    });
  });

  it("is everything where nothing was in force", async () => {
    const agent = await newAgent();
    expect((await get(`${agent}/diff`)).json).toMatchObject({
      from: null,
      changes: expect.arrayContaining([expect.objectContaining({ path: "name", kind: "added", after: "La Cadena" })]),
    });
  });

  it("is nobody else's, and only of releases that exist", async () => {
    const agent = await newAgent();
    const other = await newAgent();
    const release = idOf((await post(`${other}/publish`, {})).json);
    expect((await get(`${agent}/diff`, stranger)).status).toBe(404);
    expect((await get(`${agent}/diff?from=${release}`)).status).toBe(404);
    expect((await get(`${agent}/diff?from=draft`)).status).toBe(400);
    await put(agent, { settings: settings({ tools: [{ name: "x", kind: "no-such-kind" }] }) });
    expect(problemCode(await get(`${agent}/diff`))).toBe("UNPROCESSABLE");
  });
});

describe("a release for a share of the conversations", () => {
  const releaseOf = (json: unknown): unknown => Reflect.get(Object(json), "releaseId");

  it("begins, grows, is promoted, and is in the record", async () => {
    const agent = await newAgent();
    expect(problemCode(await post(`${agent}/publish`, { canary: { percent: 10 } }))).toBe("CONFLICT");
    const base = idOf((await post(`${agent}/publish`, {})).json);
    await put(agent, { settings: settings({ name: "Berta" }) });
    const begun = await post(`${agent}/publish`, { note: "try", canary: { percent: 10 } });
    const fresh = idOf(begun.json);
    expect(begun).toMatchObject({
      status: 201,
      json: { current: false, changes: [{ path: "name" }], canary: { percent: 10, baseId: base, state: "running" } },
    });
    expect(releaseOf((await get(agent)).json)).toBe(base);
    expect((await get(`${agent}/canary`)).json).toMatchObject({
      releaseId: fresh,
      limits: { automatic: true, minTurns: 50 },
      facts: { canary: { turns: 0 }, base: { turns: 0 } },
    });
    expect(problemCode(await post(`${agent}/publish`, { canary: { percent: 5 } }))).toBe("CONFLICT");
    expect((await put(`${agent}/canary`, { percent: 100 })).json).toMatchObject({ percent: 100 });
    expect((await get("/v1/tenant/state")).json).toMatchObject({
      canaries: { [agent.slice("/v1/agents/".length)]: { releaseId: fresh, percent: 100 } },
    });
    expect((await post(`${agent}/canary/promote`, {})).json).toMatchObject({ state: "promoted" });
    expect(releaseOf((await get(agent)).json)).toBe(fresh);
    expect((await post(`${agent}/canary/promote`, {})).status).toBe(404);
    expect((await get(`${agent}/canaries`)).json).toMatchObject({ data: [{ state: "promoted", percent: 100 }] });
  });

  it("may be an earlier one, is stopped in one call, and is replaced by what all are given", async () => {
    const agent = await newAgent();
    const first = idOf((await post(`${agent}/publish`, {})).json);
    const second = idOf((await post(`${agent}/publish`, {})).json);
    expect(problemCode(await post(`${agent}/rollback`, { releaseId: second, canary: { percent: 5 } }))).toBe(
      "CONFLICT",
    );
    const begun = await post(`${agent}/rollback`, { releaseId: first, canary: { percent: 50 } });
    expect(begun).toMatchObject({
      status: 200,
      json: { current: false, canary: { releaseId: first, baseId: second } },
    });
    expect((await post(`${agent}/canary/stop`, { note: "enough" })).json).toMatchObject({
      state: "stopped",
      note: "enough",
    });
    expect((await get(`${agent}/canary`)).status).toBe(404);
    await post(`${agent}/rollback`, { releaseId: first, canary: { percent: 50 } });
    await post(`${agent}/publish`, {});
    expect((await get(`${agent}/canaries`)).json).toMatchObject({
      data: [{ state: "replaced" }, { state: "stopped" }],
    });
  });

  it("is one at a time, and a share is a share", async () => {
    const agent = await newAgent();
    const first = idOf((await post(`${agent}/publish`, {})).json);
    await post(`${agent}/publish`, {});
    const both = await Promise.all(
      [10, 20, 30].map((percent) => post(`${agent}/rollback`, { releaseId: first, canary: { percent } })),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    for (const percent of [0, 101, 1.5, "10", null])
      expect((await put(`${agent}/canary`, { percent })).status).toBe(400);
    expect((await get(`${agent}/canary`, stranger)).status).toBe(404);
  });
});
