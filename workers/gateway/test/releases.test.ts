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
