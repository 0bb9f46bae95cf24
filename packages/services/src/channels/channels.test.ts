import { channelRoutes } from "@charla/db/control/channel-routes";
import { channels } from "@charla/db/tenant/channels";
import { channelKvKey } from "@charla/domain/channel-record";
import { AgentSettings } from "@charla/domain/release";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { type TestPlatform, type TestPlatforms, startPlatforms } from "../../test/platform.ts";
import { createAgent } from "../agents/create.ts";
import type { Ctx } from "../context.ts";
import { createProvider } from "../providers/create.ts";
import { openTenant } from "../tenants/open.ts";
import { rewrapTenant } from "../tenants/rewrap.ts";
import { parseKeyring } from "../vault/keyring.ts";
import { KEK_V1 } from "../../test/platform.ts";
import { createChannel } from "./create.ts";
import { disableChannel } from "./disable.ts";
import { getChannel } from "./get.ts";
import { rotateChannelSecret } from "./rotate-secret.ts";
import { readChannelRoute } from "./route.ts";
import type { ChannelKinds } from "./kinds.ts";
import { openChannelSecrets } from "./secrets.ts";
import { updateChannel } from "./update.ts";

// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let made = 0;
const kinds: ChannelKinds = {
  own: {
    configSchema: z.strictObject({ callbackUrl: z.url() }),
    secretsSchema: z.strictObject({ secrets: z.array(z.string()).min(1).max(2) }),
    generateSecrets: () => ({ secrets: [`made-${(made += 1)}`] }),
  },
  vendor: { configSchema: z.strictObject({}), secretsSchema: z.strictObject({ token: z.string().min(5) }) },
};
const config = { callbackUrl: "https://example.com/in" };

let platforms: TestPlatforms;
let test: TestPlatform;
let ctx: Ctx;
let agentId: string;

beforeAll(async () => {
  platforms = await startPlatforms(1, 1, 1, 1, 1, 1, 1);
});
beforeEach(async () => {
  made = 0;
  test = await platforms.next();
  ctx = await test.tenant("shop");
  const settings = AgentSettings.parse({ name: "Ana", model: { provider: "workers-ai", model: "m" } });
  ({ id: agentId } = await createAgent(ctx, { settings }));
});
afterAll(() => platforms.stop());

const create = () => createChannel(ctx, { kind: "own", name: "Site", agentId, config }, kinds);

async function secretsOf(id: string): Promise<unknown> {
  const route = await readChannelRoute(test.platform, id);
  return route === null ? null : openChannelSecrets(ctx.keyring, route);
}

describe("channels", () => {
  it("show what the platform made once, and store it sealed", async () => {
    const created = await create();
    expect(created.secrets).toEqual({ secrets: ["made-1"] });
    expect(await getChannel(ctx, created.id, kinds)).not.toHaveProperty("secrets");
    const [row] = await ctx.db.orm.select().from(channels);
    const [route] = await ctx.control.orm.select().from(channelRoutes);
    expect(JSON.stringify([row, route, await ctx.config.get(channelKvKey(created.id))])).not.toContain("made-1");
    expect(await secretsOf(created.id)).toEqual({ secrets: ["made-1"] });
  });

  it("name the wrong field and not what was in it", async () => {
    const wrong = createChannel(
      ctx,
      { kind: "vendor", name: "x", agentId, config: {}, secrets: { token: "hush" } },
      kinds,
    );
    await expect(wrong).rejects.toMatchObject({
      code: "UNPROCESSABLE",
      details: { fields: [{ path: "secrets.token" }] },
    });
    expect(JSON.stringify(await wrong.catch((error: unknown) => error))).not.toContain("hush");
    await expect(createChannel(ctx, { kind: "fax", name: "x", agentId, config: {} }, kinds)).rejects.toMatchObject({
      code: "UNPROCESSABLE",
    });
    await expect(createChannel(ctx, { kind: "own", name: "x", agentId: "agt_x", config }, kinds)).rejects.toMatchObject(
      { code: "NOT_FOUND" },
    );
  });

  it("keep two secrets active after a rotation, the fresh one first", async () => {
    const { id } = await create();
    expect((await rotateChannelSecret(ctx, { channelId: id }, kinds)).secrets).toEqual({ secrets: ["made-2"] });
    expect(await secretsOf(id)).toEqual({ secrets: ["made-2", "made-1"] });
    await rotateChannelSecret(ctx, { channelId: id }, kinds);
    expect(await secretsOf(id)).toEqual({ secrets: ["made-3", "made-2"] });
  });

  it("are found through the control plane when KV does not know them or fails", async () => {
    const { id } = await create();
    await ctx.config.delete(channelKvKey(id));
    expect((await readChannelRoute(test.platform, id))?.tenantId).toBe(ctx.tenantId);
    const down = { ...test.platform, config: { ...ctx.config, get: () => Promise.reject(new Error("down")) } };
    expect((await readChannelRoute(down, id))?.agentId).toBe(agentId);
    expect(await readChannelRoute(test.platform, "chn_unknown")).toBeNull();
  });

  it("take an edit only on the version it was made on, and pass it on", async () => {
    const { id, version } = await create();
    await updateChannel(ctx, id, { name: "New", ifVersion: version }, kinds);
    await expect(updateChannel(ctx, id, { name: "Late", ifVersion: version }, kinds)).rejects.toMatchObject({
      code: "PRECONDITION_FAILED",
    });
    expect(await disableChannel(ctx, id, kinds)).toMatchObject({
      name: "New",
      status: "disabled",
      version: version + 2,
    });
    expect((await readChannelRoute(test.platform, id))?.status).toBe("disabled");
  });

  it("stay readable under a new key-encryption key, and then without the old one", async () => {
    const { id } = await create();
    await createProvider(ctx, {
      kind: "openai-compatible",
      name: "x",
      baseUrl: "https://example.com/v1",
      apiKey: "sk",
      prices: {},
    });
    const second = `v2:${Buffer.alloc(32, 2).toString("base64")}`;
    const rotated = { ...test.platform, keyring: parseKeyring(`${KEK_V1},${second}`) };
    expect(await rewrapTenant(rotated, ctx.tenantId)).toBe(true);
    expect(await rewrapTenant(rotated, ctx.tenantId)).toBe(false);
    const route = await readChannelRoute(test.platform, id);
    if (route === null) throw new Error("the route is there");
    expect(await openChannelSecrets(parseKeyring(second), route)).toEqual({ secrets: ["made-1"] });
    await expect(openChannelSecrets(parseKeyring(KEK_V1), route)).rejects.toThrow("KEK has no v2");
  });

  it("of one tenant are nothing to another", async () => {
    const { id } = await create();
    const stranger = {
      ...ctx,
      actor: { type: "api_key" as const, id: "key_x", tenantId: "ten_x", scopes: ["channels.read" as const] },
    };
    await expect(getChannel(stranger, id, kinds)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(openTenant(test.platform, "ten_x")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
