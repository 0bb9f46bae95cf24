import { AgentSettings, type ResolvedTool, type ToolConfig } from "@charla/domain/release";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type TestPlatform, type TestPlatforms, startPlatforms } from "../../test/platform.ts";
import { archiveAgent } from "../agents/archive.ts";
import { createAgent } from "../agents/create.ts";
import { getAgent } from "../agents/get.ts";
import { listAgents } from "../agents/list.ts";
import { updateAgent } from "../agents/update.ts";
import type { Ctx } from "../context.ts";
import { getRelease } from "./get.ts";
import { listReleases } from "./list.ts";
import { publishRelease } from "./publish.ts";
import { rollbackRelease } from "./rollback.ts";

// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const settings = (change: object = {}) =>
  AgentSettings.parse({ name: "Ana", model: { provider: "workers-ai", model: "m" }, ...change });
const resolveTools = (configs: ToolConfig[]): ResolvedTool[] =>
  configs.map(({ name, kind, config }) => ({
    name,
    kind,
    config,
    description: "d",
    inputSchema: {},
    effect: "read",
    timeoutMs: 1000,
  }));

let platforms: TestPlatforms;
let test: TestPlatform;
let ctx: Ctx;

beforeAll(async () => {
  platforms = await startPlatforms(1, 1, 1, 1, 1);
});
beforeEach(async () => {
  test = await platforms.next();
  ctx = await test.tenant("shop");
});
afterAll(() => platforms.stop());

describe("releases", () => {
  it("freeze the draft, number upwards and move the pointer", async () => {
    const agent = await createAgent(ctx, { settings: settings({ tools: [{ name: "sum", kind: "calculator" }] }) });
    const first = await publishRelease(ctx, { agentId: agent.id, note: "one" }, resolveTools);
    expect(first).toMatchObject({ number: 1, note: "one", current: true, createdBy: "platform" });
    expect(test.gateCalls.at(-1)).toEqual({
      tenantId: ctx.tenantId,
      method: "publish",
      args: { agentId: agent.id, releaseId: first.id },
    });
    await updateAgent(ctx, agent.id, { settings: settings({ name: "Berta" }) });
    const second = await publishRelease(ctx, { agentId: agent.id }, resolveTools);
    expect(second.number).toBe(2);
    expect((await getRelease(ctx, { agentId: agent.id, releaseId: first.id })).settings.name).toBe("Ana");
    expect((await getRelease(ctx, { agentId: agent.id, releaseId: first.id })).tools.map(({ name }) => name)).toEqual([
      "sum",
    ]);
    expect((await getRelease(ctx, { agentId: agent.id, releaseId: second.id })).settings.name).toBe("Berta");
    expect((await getAgent(ctx, agent.id)).releaseId).toBe(second.id);
  });

  it("get a number each when published at the same time", async () => {
    const { id } = await createAgent(ctx, { settings: settings() });
    const published = await Promise.all(
      Array.from({ length: 5 }, () => publishRelease(ctx, { agentId: id }, resolveTools)),
    );
    expect(published.map(({ number }) => number).toSorted()).toEqual([1, 2, 3, 4, 5]);
    const pages = await listReleases(ctx, { agentId: id, limit: 3 });
    expect(pages.data.map(({ number }) => number)).toEqual([5, 4, 3]);
    const rest = await listReleases(ctx, { agentId: id, limit: 3, cursor: pages.nextCursor ?? "" });
    expect(rest).toMatchObject({ nextCursor: null });
    expect(rest.data.map(({ number }) => number)).toEqual([2, 1]);
  });

  it("can be gone back to, but not to one that never got its content", async () => {
    const { id } = await createAgent(ctx, { settings: settings() });
    const first = await publishRelease(ctx, { agentId: id }, resolveTools);
    await publishRelease(ctx, { agentId: id }, resolveTools);
    expect(await rollbackRelease(ctx, { agentId: id, releaseId: first.id })).toMatchObject({
      id: first.id,
      current: true,
    });
    const broken = {
      ...ctx,
      config: { ...ctx.config, get: ctx.config.get, put: () => Promise.reject(new Error("killed")) },
    };
    await expect(publishRelease(broken, { agentId: id }, resolveTools)).rejects.toThrow("killed");
    const [half] = (await listReleases(ctx, { agentId: id, limit: 1 })).data;
    await expect(rollbackRelease(ctx, { agentId: id, releaseId: half?.id ?? "" })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect((await getAgent(ctx, id)).releaseId).toBe(first.id);
  });

  it("name a provider that exists, and a tool configuration that resolves", async () => {
    const model = { provider: "prv_00000000000000000000000000", model: "m" };
    const { id } = await createAgent(ctx, { settings: settings({ model }) });
    await expect(publishRelease(ctx, { agentId: id }, resolveTools)).rejects.toMatchObject({ code: "UNPROCESSABLE" });
    const refusing = () => Promise.reject(new Error("no such tool"));
    const other = await createAgent(ctx, { settings: settings() });
    await expect(publishRelease(ctx, { agentId: other.id }, refusing)).rejects.toThrow("no such tool");
    expect((await listReleases(ctx, { agentId: other.id, limit: 5 })).data).toEqual([]);
  });
});

describe("agents", () => {
  it("take an edit only on the version it was made on, and none once archived", async () => {
    const { id, version } = await createAgent(ctx, { settings: settings() });
    expect(await updateAgent(ctx, id, { settings: settings({ name: "B" }), ifVersion: version })).toMatchObject({
      version: version + 1,
    });
    await expect(updateAgent(ctx, id, { settings: settings(), ifVersion: version })).rejects.toMatchObject({
      code: "PRECONDITION_FAILED",
    });
    await archiveAgent(ctx, id);
    await expect(updateAgent(ctx, id, { settings: settings() })).rejects.toMatchObject({ code: "CONFLICT" });
    expect((await listAgents(ctx, { limit: 10 })).data).toEqual([]);
    await expect(getAgent(ctx, "agt_x")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(listAgents(ctx, { limit: 10, cursor: "%%%" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});
