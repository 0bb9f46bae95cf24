import { apiKeys } from "@charla/db/control/api-keys";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type TestPlatform, type TestPlatforms, startPlatforms } from "../../test/platform.ts";
import { authenticateApiKey } from "../api-keys/authenticate.ts";
import { createApiKey } from "../api-keys/create.ts";
import { listApiKeys } from "../api-keys/list.ts";
import { revokeApiKey } from "../api-keys/revoke.ts";
import type { Ctx } from "../context.ts";
import { beginIdempotent } from "../idempotency/begin.ts";
import { abandonIdempotent, finishIdempotent } from "../idempotency/finish.ts";
import { createLink } from "../links/create.ts";
import { endSession } from "../links/end-session.ts";
import { redeemLink } from "../links/redeem.ts";
import { sessionStands } from "../links/session-stands.ts";
import { purgeExpired } from "../maintenance/purge.ts";
import { listDeadLetters } from "../dead-letters/list.ts";
import { quarantine } from "../dead-letters/quarantine.ts";
import { readMetrics } from "../metrics/read.ts";
import { resolveDeadLetter } from "../dead-letters/resolve.ts";

// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let platforms: TestPlatforms;
let test: TestPlatform;
let ctx: Ctx;

beforeAll(async () => {
  platforms = await startPlatforms(...Array.from({ length: 8 }, () => 1));
});
beforeEach(async () => {
  test = await platforms.next();
  ctx = await test.tenant("shop");
});
afterAll(() => platforms.stop());

describe("API keys", () => {
  it("are shown once, stored as a hash and known by it until revoked", async () => {
    const { id, key } = await createApiKey(ctx, { name: "ci", scopes: ["agents.read"] });
    expect(key).toMatch(/^ck_[\w-]{43}$/);
    expect(await authenticateApiKey(test.platform, key)).toEqual({
      type: "api_key",
      id,
      tenantId: ctx.tenantId,
      scopes: ["agents.read"],
    });
    const [row] = (await listApiKeys(ctx, { limit: 10 })).data;
    expect(row).toMatchObject({ name: "ci", hint: key.slice(-4), revokedAt: null });
    expect(row?.lastUsedAt).not.toBeNull();
    expect(JSON.stringify(await ctx.control.orm.select().from(apiKeys))).not.toContain(key);
    for (const wrong of ["", "ck_", `${key}x`, key.slice(0, -1), key.toUpperCase()])
      expect(await authenticateApiKey(test.platform, wrong)).toBeNull();
    await revokeApiKey(ctx, id);
    expect(await authenticateApiKey(test.platform, key)).toBeNull();
  });

  it("end at their time, grant no more than their maker has, and are nobody else's to revoke", async () => {
    const expiresAt = new Date(Date.now() + 1000).toISOString();
    const { id, key } = await createApiKey(ctx, { name: "short", scopes: ["agents.read"], expiresAt });
    const actor = { type: "api_key" as const, id, tenantId: ctx.tenantId, scopes: ["api_keys.write" as const] };
    await expect(createApiKey({ ...ctx, actor }, { name: "more", scopes: ["agents.write"] })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(revokeApiKey({ ...ctx, tenantId: "ten_x" }, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    test.advance(2000);
    expect(await authenticateApiKey(test.platform, key)).toBeNull();
  });
});

describe("idempotency", () => {
  const ref = { scope: "ten_a", key: "k1" };

  it("lets one of many requests through and replays its answer, sealed meanwhile", async () => {
    const begun = await Promise.all(
      Array.from({ length: 6 }, () => beginIdempotent(test.platform, { ...ref, requestHash: "h" })),
    );
    expect(begun.map(({ state }) => state).toSorted()).toEqual([
      "new",
      "running",
      "running",
      "running",
      "running",
      "running",
    ]);
    await finishIdempotent(test.platform, { ...ref, status: 201, answer: '{"key":"ck_secret"}' });
    expect(await beginIdempotent(test.platform, { ...ref, requestHash: "h" })).toEqual({
      state: "replay",
      status: 201,
      answer: '{"key":"ck_secret"}',
    });
    await expect(beginIdempotent(test.platform, { ...ref, requestHash: "other" })).rejects.toMatchObject({
      code: "IDEMPOTENCY_MISMATCH",
    });
    const { results } = await ctx.control.d1.prepare("SELECT * FROM idempotency_keys").all();
    expect(JSON.stringify(results)).not.toContain("ck_secret");
    expect((await beginIdempotent(test.platform, { scope: "ten_b", key: "k1", requestHash: "h" })).state).toBe("new");
  });

  it("gives the key free after a failure, after a lost process and after a day", async () => {
    const begin = async () => (await beginIdempotent(test.platform, { ...ref, requestHash: "h" })).state;
    expect(await begin()).toBe("new");
    await abandonIdempotent(test.platform, ref);
    expect(await begin()).toBe("new");
    test.advance(61_000);
    expect(await begin()).toBe("new");
    await finishIdempotent(test.platform, { ...ref, status: 200, answer: "{}" });
    test.advance(61_000);
    expect(await begin()).toBe("replay");
    test.advance(24 * 3_600_000);
    await purgeExpired(test.platform);
    expect((await ctx.control.d1.prepare("SELECT * FROM idempotency_keys").all()).results).toEqual([]);
    expect(await begin()).toBe("new");
  });
});

describe("one-time links", () => {
  const input = () => ({ tenantId: ctx.tenantId, subject: "owner", returnTo: "/" });

  it("sign in once, also when used twice at the same time", async () => {
    const { token } = await createLink(test.platform, input());
    const used = await Promise.all(Array.from({ length: 5 }, () => redeemLink(test.platform, token)));
    expect(used.filter((result) => result !== null)).toEqual([{ ...input(), sessionId: expect.any(String) }]);
    expect(await redeemLink(test.platform, "guess")).toBeNull();
  });

  it("begin a session that outlives them, until it is ended or twelve hours are over", async () => {
    const open = async (): Promise<string> =>
      (await redeemLink(test.platform, (await createLink(test.platform, input())).token))?.sessionId ?? "none";
    const [ended, kept] = [await open(), await open()];
    test.advance(11 * 3_600_000);
    await purgeExpired(test.platform);
    await endSession(test.platform, ended);
    const stand = (): Promise<boolean[]> => Promise.all([ended, kept].map((id) => sessionStands(test.platform, id)));
    expect(await stand()).toEqual([false, true]);
    test.advance(3_600_001);
    expect(await stand()).toEqual([false, false]);
  });

  it("run out after a quarter of an hour, and are the platform's to make", async () => {
    const { token } = await createLink(test.platform, input());
    test.advance(15 * 60_000 + 1);
    expect(await redeemLink(test.platform, token)).toBeNull();
    const actor = { type: "api_key" as const, id: "k", tenantId: ctx.tenantId, scopes: ["agents.read" as const] };
    await expect(createLink({ ...test.platform, actor }, input())).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("quarantine", () => {
  it("keeps an unreadable event once and sealed, for those who may see it", async () => {
    const items = [
      { reason: "not JSON", raw: "canary {" },
      { reason: "too deep", raw: "[[" },
    ];
    await quarantine(ctx, { channelId: "chn_1", items });
    await quarantine(ctx, { channelId: "chn_1", items });
    const { data } = await listDeadLetters(ctx, { limit: 10, kind: "inbound" });
    expect(data.map(({ reason, raw, channelId }) => [reason, raw, channelId]).toSorted()).toEqual([
      ["not JSON", "canary {", "chn_1"],
      ["too deep", "[[", "chn_1"],
    ]);
    const { results } = await ctx.db.d1.prepare("SELECT * FROM dead_letters").all();
    expect(JSON.stringify(results)).not.toContain("canary");
    const waiting = async () =>
      (await readMetrics(ctx.control)).find(({ name }) => name === "charla_dead_letters")?.value;
    expect(await waiting()).toBe(2);
    const [first] = data;
    for (let i = 0; i < 2; i++)
      expect(await resolveDeadLetter(ctx, first?.id ?? "")).toMatchObject({ state: "resolved" });
    expect(await waiting()).toBe(1);
  });
});
