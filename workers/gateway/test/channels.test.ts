import { channelKinds } from "@charla/channels/registry";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { platformCtx, tenantCtx } from "../src/services.ts";
import { bearer, call, newTenant, problemCode, type Answer, type Tenant } from "./world.ts";

const TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";

let own: Tenant;
beforeAll(async () => {
  own = await newTenant();
}, 60_000);
afterEach(() => {
  vi.restoreAllMocks();
});

const get = (path: string): Promise<Answer> => call(path, { headers: bearer(own.key) });
const post = (path: string, body: unknown = {}): Promise<Answer> =>
  call(path, { method: "POST", headers: bearer(own.key), body });
const create = (more: object): Promise<Answer> => post("/v1/channels", { name: "New", agentId: own.agentId, ...more });

async function newBot(apiUrl: string): Promise<string> {
  const { json } = await create({ kind: "telegram", config: { apiUrl }, secrets: { botToken: TOKEN } });
  return `/v1/channels/${Object(json).id}`;
}

describe("kinds of channels", () => {
  it("are told with all that their forms need", async () => {
    const { json } = await get("/v1/channel-kinds");
    expect(Object(json).data.map(({ kind }: { kind: string }) => kind)).toEqual(channelKinds);
    const telegram = Object(json).data.find(({ kind }: { kind: string }) => kind === "telegram");
    expect(telegram).toMatchObject({
      label: { es: "Telegram", en: "Telegram" },
      configSchema: { type: "object", properties: { groups: { enum: ["addressed", "all", "off"] } } },
      secretsSchema: { properties: { botToken: { description: expect.any(String) } } },
      madeSecrets: ["secretTokens"],
      capabilities: { typing: true, windowMs: null },
      connects: true,
      disconnects: true,
      webhookUrl: `${env.PUBLIC_BASE_URL}/webhooks/telegram/{channelId}`,
    });
    // What has a default may be left out of a form; what the platform makes is told by name.
    expect(telegram.configSchema.required ?? []).toEqual([]);
    expect(await get("/v1/channel-kinds/telegram")).toMatchObject({ status: 200, json: telegram });
  });

  it("without a webhook have no address, and unknown ones do not exist", async () => {
    expect((await get("/v1/channel-kinds/webchat")).json).toMatchObject({ webhookUrl: null, connects: false });
    for (const kind of ["fax", "constructor", "tostring"])
      expect(problemCode(await get(`/v1/channel-kinds/${kind}`))).toBe("NOT_FOUND");
  });
});

describe("a channel", () => {
  it("says where its vendor delivers", async () => {
    const crm = await get(`/v1/channels/${own.httpChannelId}`);
    expect(crm.json).toMatchObject({
      webhookUrl: `${env.PUBLIC_BASE_URL}/webhooks/http/${own.httpChannelId}`,
      connection: null,
    });
    expect((await get(`/v1/channels/${own.channelId}`)).json).toMatchObject({ webhookUrl: null });
  });

  it("gives a person on the phone the conversation for as long as it is told", async () => {
    const made = await create({ kind: "webchat", handBackMinutes: 10_080 });
    expect(made.json).toMatchObject({ handBackMinutes: 10_080 });
    const path = `/v1/channels/${Object(made.json).id}`;
    const change = (body: unknown): Promise<Answer> => call(path, { method: "PATCH", headers: bearer(own.key), body });
    expect((await change({ handBackMinutes: 1 })).json).toMatchObject({ handBackMinutes: 1 });
    expect((await change({ name: "Renamed" })).json).toMatchObject({ handBackMinutes: 1 });
    for (const handBackMinutes of [0, 10_081, 1.5, "30", null]) {
      expect(problemCode(await change({ handBackMinutes }))).toBe("BAD_REQUEST");
      expect(problemCode(await create({ kind: "webchat", handBackMinutes }))).toBe("BAD_REQUEST");
    }
    expect((await create({ kind: "webchat" })).json).toMatchObject({ handBackMinutes: 30 });
  });
});

describe("connecting", () => {
  it("has nothing to do for a channel without a vendor", async () => {
    const path = `/v1/channels/${own.httpChannelId}`;
    const answer = await post(`${path}/connect`);
    expect(answer).toMatchObject({ status: 200, json: { connected: true, checks: [{ state: "ok" }], facts: {} } });
    const channel = await get(path);
    expect(channel.json).toMatchObject({ connection: answer.json });
    expect(channel.headers.get("etag")).toBe(answer.headers.get("etag"));
  });

  it("calls no address that is not public, however it came to be stored, and says that in the report", async () => {
    const fetched = vi.spyOn(globalThis, "fetch");
    const bot = await newBot("https://telegram.example.com");
    const { db } = await tenantCtx(await platformCtx(env, { type: "system" }), own.id);
    const store = db.d1.prepare("UPDATE channels SET config = json_set(config, '$.apiUrl', ?1) WHERE id = ?2");
    for (const apiUrl of ["http://api.telegram.test", "https://10.0.0.1", "https://metadata.internal"]) {
      await store.bind(apiUrl, bot.split("/").at(-1)).run();
      const { status, json } = await post(`${bot}/connect`);
      expect([status, json]).toMatchObject([200, { connected: false, checks: [{ id: "token", state: "broken" }] }]);
    }
    expect(fetched).not.toHaveBeenCalled();
  });

  it("follows no redirect with the token", async () => {
    const headers = { location: "https://elsewhere.example.com/" };
    const fetched = vi
      .spyOn(globalThis, "fetch")
      .mockImplementation(() => Promise.resolve(new Response(null, { status: 302, headers })));
    const { json } = await post(`${await newBot("https://telegram.example.com")}/connect`);
    expect(json).toMatchObject({ connected: false });
    expect(fetched.mock.calls.map(([url, init]) => [String(url), init?.redirect])).toEqual([
      [`https://telegram.example.com/bot${TOKEN}/getMe`, "manual"],
    ]);
  });

  it("tells the token to nobody when a vendor says it back or the connection breaks", async () => {
    const lines = (["log", "warn", "error"] as const).map((level) => vi.spyOn(console, level));
    const path = await newBot("https://telegram.example.com");
    const answer = (): Promise<Response> => Promise.resolve(Response.json(said, { status: 418 }));
    const said = { ok: false, error_code: 418, description: `I know /bot${TOKEN}/ and ${btoa(TOKEN)}` };
    const fetched = vi.spyOn(globalThis, "fetch").mockImplementationOnce(() => answer());
    const echoed = await post(`${path}/connect`);
    fetched.mockRejectedValueOnce(new Error(`connect to https://telegram.example.com/bot${TOKEN}/getMe refused`));
    const refused = await post(`${path}/connect`);
    expect([echoed.text, refused.text]).toEqual([
      expect.stringContaining("I know"),
      expect.stringContaining("refused"),
    ]);
    const channel = await get(path);
    const logged = lines.flatMap((spy) => spy.mock.calls);
    const shown = JSON.stringify([echoed, refused, channel, logged]);
    expect(shown).not.toContain(TOKEN);
    expect(shown).not.toContain(btoa(TOKEN).slice(0, 24));
  });
});
