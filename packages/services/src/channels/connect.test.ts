import { channels } from "@charla/db/tenant/channels";
import { channelRoutes } from "@charla/db/control/channel-routes";
import { channelKvKey } from "@charla/domain/channel-record";
import { AgentSettings } from "@charla/domain/release";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { type TestPlatform, type TestPlatforms, startPlatforms } from "../../test/platform.ts";
import { createAgent } from "../agents/create.ts";
import type { Ctx } from "../context.ts";
import type { Outside } from "./ask-vendor.ts";
import { connectChannel, disconnectChannel } from "./connect.ts";
import { createChannel } from "./create.ts";
import { disableChannel } from "./disable.ts";
import { getChannel } from "./get.ts";
import type { ChannelKinds, OpenAccount, VendorContext, VendorReport } from "./kinds.ts";
import { rotateChannelSecret } from "./rotate-secret.ts";
import { readChannelRoute } from "./route.ts";
import { openChannelSecrets } from "./secrets.ts";
import { updateChannel } from "./update.ts";

// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TOKEN = "123456:AAH-the_token/of+a=bot";
const title = { es: "El token vale", en: "The token is valid" };
const fine: VendorReport = { checks: [{ id: "token", state: "ok", title }], facts: {}, learnt: {} };
const wrong: VendorReport = { ...fine, checks: [{ id: "token", state: "broken", title }] };

type VendorStep = (account: OpenAccount, context: VendorContext) => Promise<VendorReport>;
let onConnect: VendorStep;
let onDisconnect: VendorStep;
let failures: Error[];

const kinds: ChannelKinds = {
  vendor: {
    configSchema: z.object({
      place: z.string().default("here"),
      botName: z
        .string()
        .regex(/^\w{3,64}$/)
        .optional(),
    }),
    secretsSchema: z.object({ token: z.string(), signing: z.array(z.string()).default([]) }),
    connect: (account, context) => onConnect(account, context),
    disconnect: (account, context) => onDisconnect(account, context),
  },
  alone: { webhook: false, configSchema: z.object({}), secretsSchema: z.object({}) },
  oneWay: {
    configSchema: z.object({}),
    secretsSchema: z.object({}),
    connect: () => Promise.resolve(fine),
  },
};
const outside: Outside = { fetch, deadlineMs: 20_000, failed: ({ error }) => failures.push(error) };

let platforms: TestPlatforms;
let test: TestPlatform;
let ctx: Ctx;
let id: string;

beforeAll(async () => {
  platforms = await startPlatforms(...Array.from({ length: 15 }, () => 1));
});
beforeEach(async () => {
  failures = [];
  onConnect = onDisconnect = () => Promise.resolve(fine);
  test = await platforms.next();
  ctx = await test.tenant("shop");
  id = await create("vendor", { token: TOKEN });
});
afterAll(() => platforms.stop());

async function create(kind: string, secrets: Record<string, string> = {}): Promise<string> {
  const settings = AgentSettings.parse({ name: "Ana", model: { provider: "workers-ai", model: "m" } });
  const agent = await createAgent(ctx, { settings });
  return (await createChannel(ctx, { kind, name: "Bot", agentId: agent.id, config: {}, secrets }, kinds)).id;
}

const connect = (): ReturnType<typeof connectChannel> => connectChannel(ctx, id, kinds, outside);
const channel = (): ReturnType<typeof getChannel> => getChannel(ctx, id, kinds);

async function everythingStored(): Promise<string> {
  const rows = await ctx.db.orm.select().from(channels);
  return JSON.stringify([
    rows,
    await ctx.control.orm.select().from(channelRoutes),
    await ctx.config.get(channelKvKey(id)),
  ]);
}

describe("connecting", () => {
  it("hands the open account to the channel, keeps the report, and passes on what was learnt", async () => {
    let seen: OpenAccount | undefined;
    onConnect = (account) => {
      seen = account;
      return Promise.resolve({ ...fine, facts: { name: "Tienda" }, learnt: { botName: "tienda_bot" } });
    };
    expect((await channel()).connection).toBeNull();
    const { connection, version } = await connect();
    expect(seen).toEqual({
      id,
      tenantId: ctx.tenantId,
      config: { place: "here" },
      secrets: { token: TOKEN, signing: [] },
      webhookUrl: `https://charla.test/webhooks/vendor/${id}`,
    });
    expect(connection).toMatchObject({ connected: true, checks: fine.checks, facts: { name: "Tienda" } });
    expect(await channel()).toMatchObject({
      config: { place: "here", botName: "tienda_bot" },
      webhookUrl: seen?.webhookUrl,
      connection,
      version,
    });
    expect((await readChannelRoute(test.platform, id))?.config).toEqual({ place: "here", botName: "tienda_bot" });
  });

  it("keeps what is wrong, too, until it is repeated", async () => {
    onConnect = () => Promise.resolve(wrong);
    expect((await connect()).connection.connected).toBe(false);
    expect((await channel()).connection?.checks).toEqual(wrong.checks);
    onConnect = () => Promise.resolve(fine);
    await connect();
    expect((await channel()).connection?.connected).toBe(true);
  });

  it("seals secrets that the vendor gave and shows them to nobody", async () => {
    const given = "whsec_given-by-the-vendor";
    const help = { es: `Firma: ${given}`, en: `Signs: ${given}` };
    const checks: VendorReport["checks"] = [{ id: "signing", state: "ok", title, help }];
    onConnect = () => Promise.resolve({ ...fine, checks, learntSecrets: { signing: [given] } });
    const { connection } = await connect();
    expect(JSON.stringify([connection, await channel(), await everythingStored()])).not.toContain(given);
    const route = await readChannelRoute(test.platform, id);
    if (route === null) throw new Error("the route is there");
    expect(await openChannelSecrets(ctx.keyring, route)).toEqual({ token: TOKEN, signing: [given] });
  });

  it("works on with its settings when what was learnt cannot be one", async () => {
    onConnect = () => Promise.resolve({ ...fine, learnt: { botName: "¿?" } });
    const { connection } = await connect();
    expect(connection).toMatchObject({
      connected: true,
      checks: [...fine.checks, { id: "settings", state: "manual" }],
    });
    expect((await channel()).config).toEqual({ place: "here" });
  });

  it("has nothing to do where there is no vendor, and says so", async () => {
    id = await create("alone");
    expect((await connect()).connection).toMatchObject({ connected: true, checks: [{ state: "ok" }] });
    const { connection } = await disconnectChannel(ctx, id, kinds, outside);
    expect(connection).toMatchObject({ connected: true, checks: [{ state: "ok" }] });
    expect((await channel()).webhookUrl).toBeNull();
  });

  it("says of a disabled channel that what the vendor delivers is refused", async () => {
    await disableChannel(ctx, id, kinds);
    expect((await connect()).connection.checks).toMatchObject([{ id: "token" }, { id: "enabled", state: "manual" }]);
  });
});

describe("a vendor", () => {
  it("that says the token back is not quoted, whatever it makes of it", async () => {
    const [, part = ""] = TOKEN.split(":");
    const forms = [TOKEN, encodeURIComponent(TOKEN), btoa(TOKEN), btoa(`AC1:${TOKEN}`), btoa(`AC12:${TOKEN}`), part];
    const said = forms.join(" and ");
    const help = { es: `Dice: ${said}`, en: `Says: ${said}` };
    const checks: VendorReport["checks"] = [{ id: "token", state: "broken", title: { es: TOKEN, en: TOKEN }, help }];
    onConnect = () => Promise.resolve({ checks, facts: { name: said }, learnt: { place: said } });
    const { connection } = await connect();
    expect(connection.checks[0]?.help?.en).toMatch(/^Says: … and … and ….?=* and \w{0,8}….?=* and \w{0,8}….?=* and …$/);
    const shown = JSON.stringify([connection, await channel(), await everythingStored()]);
    for (const secret of forms) expect(shown).not.toContain(secret);
  });

  it("that makes the channel fail is a report, and the failure is told without the token", async () => {
    onConnect = () => Promise.reject(new Error(`fetch of https://api.example.com/bot${TOKEN}/getMe failed`));
    const { connection } = await connect();
    expect(connection).toMatchObject({ connected: false, checks: [{ id: "answer", state: "broken" }] });
    expect(failures.map(({ message }) => message)).toEqual(["fetch of https://api.example.com/bot…/getMe failed"]);
    expect(failures.map(({ stack }) => stack).join("")).not.toContain(TOKEN);
  });

  it("that never answers is not waited for beyond the deadline, even by a channel that does not heed it", async () => {
    onConnect = () => new Promise(() => {});
    const { connection } = await connectChannel(ctx, id, kinds, { ...outside, deadlineMs: 50 });
    expect(connection).toMatchObject({ connected: false, checks: [{ id: "answer" }] });
    expect(failures.map(({ message }) => message)).toEqual(["no answer in time"]);
  });
});

describe("disconnecting", () => {
  it("leaves the channel and its secrets, and is connected still where it failed", async () => {
    await connect();
    onDisconnect = () => Promise.resolve(wrong);
    const disconnect = () => disconnectChannel(ctx, id, kinds, outside);
    expect((await disconnect()).connection).toMatchObject({ connected: true, checks: wrong.checks });
    onDisconnect = () => Promise.resolve(fine);
    expect((await disconnect()).connection.connected).toBe(false);
    onDisconnect = () => Promise.resolve(wrong);
    expect((await disconnect()).connection.connected).toBe(false);
    expect(await channel()).toMatchObject({ status: "active", connection: { connected: false } });
  });

  it("is left to a person where the vendor cannot be told", async () => {
    id = await create("oneWay");
    const { connection } = await disconnectChannel(ctx, id, kinds, outside);
    expect(connection).toMatchObject({ connected: false, checks: [{ state: "manual" }] });
    expect(connection.checks[0]?.help?.en).toContain(`https://charla.test/webhooks/oneWay/${id}`);
  });
});

describe("while somebody connects", () => {
  /** The vendor is being talked to until `finish` is called. */
  function held(report: VendorReport): { started: Promise<void>; finish: () => void } {
    const start = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    onConnect = async () => {
      start.resolve();
      await end.promise;
      return report;
    };
    return { started: start.promise, finish: end.resolve };
  }

  it("nobody else does, and a lease that broke off ends by itself", async () => {
    const { started, finish } = held(fine);
    const first = connect();
    await started;
    const second = connect();
    await expect(second).rejects.toMatchObject({ code: "CONFLICT", details: { retryAfterMs: expect.any(Number) } });
    await expect(disconnectChannel(ctx, id, kinds, outside)).rejects.toMatchObject({ code: "CONFLICT" });
    finish();
    expect((await first).connection.connected).toBe(true);

    await ctx.db.orm.update(channels).set({ connectingUntil: ctx.now() + 30_000 });
    onConnect = () => Promise.resolve(fine);
    await expect(connect()).rejects.toMatchObject({ code: "CONFLICT" });
    test.advance(30_001);
    expect((await connect()).connection.connected).toBe(true);
  });

  it("a new name costs nothing, and neither is lost", async () => {
    const { started, finish } = held({ ...fine, learnt: { botName: "tienda_bot" } });
    const connecting = connect();
    await started;
    await updateChannel(ctx, id, { name: "Renamed", handBackMinutes: 5 }, kinds);
    finish();
    await connecting;
    const now = { name: "Renamed", config: { botName: "tienda_bot" }, connection: { connected: true } };
    expect(await channel()).toMatchObject(now);
    expect((await readChannelRoute(test.platform, id))?.handBackMinutes).toBe(5);
  });

  it("new settings make the report one of others: it is refused, what was learnt is kept", async () => {
    const { started, finish } = held({ ...fine, learnt: { botName: "tienda_bot" } });
    const connecting = connect();
    await started;
    await rotateChannelSecret(ctx, { channelId: id, secrets: { token: "654321:another-token" } }, kinds);
    finish();
    await expect(connecting).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await channel()).toMatchObject({ config: { botName: "tienda_bot" }, connection: null });
    onConnect = ({ secrets }) => Promise.resolve(Object(secrets).token === "654321:another-token" ? fine : wrong);
    expect((await connect()).connection.connected).toBe(true);
  });
});

it("another tenant's channel is not connected, nor is one without the permission", async () => {
  const asked = vi.fn<VendorStep>(() => Promise.resolve(fine));
  onConnect = asked;
  const key = { type: "api_key" as const, id: "key_x", tenantId: ctx.tenantId, scopes: ["channels.read" as const] };
  await expect(connectChannel({ ...ctx, actor: key }, id, kinds, outside)).rejects.toMatchObject({ code: "FORBIDDEN" });
  const stranger = { ...key, tenantId: "ten_x" };
  const attempt = connectChannel({ ...ctx, actor: stranger }, id, kinds, outside);
  await expect(attempt).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(connectChannel(ctx, "chn_unknown", kinds, outside)).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(asked).not.toHaveBeenCalled();
});
