import { isAppError } from "@charla/domain/errors";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type TestPlatform, type TestPlatforms, startPlatforms } from "../../test/platform.ts";
import { poolStatus } from "../pool/status.ts";
import { createTenant } from "./create.ts";
import { listTenants } from "./list.ts";
import { openTenant } from "./open.ts";
import { repairTenants } from "./repair.ts";
import { NO_LIMITS } from "./schemas.ts";
import { setTenantStatus } from "./set-status.ts";

const input = (slug: string) => ({ slug, name: slug, language: "es" as const, limits: NO_LIMITS });
// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let platforms: TestPlatforms;
let test: TestPlatform;

beforeAll(async () => {
  platforms = await startPlatforms(16, 3, 3, 3, 1, 1);
});
beforeEach(async () => {
  test = await platforms.next();
});
afterAll(() => platforms.stop());

describe("createTenant", () => {
  it("gives 16 of 50 concurrent creations a database of their own, and the rest a clear answer", async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) => createTenant(test.platform, input(`shop-${i}`))),
    );
    const created = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(created).toHaveLength(16);
    expect(refused.every((reason) => isAppError(reason, "POOL_EXHAUSTED"))).toBe(true);
    expect(created.every(({ status }) => status === "active")).toBe(true);
    const pool = await poolStatus(test.platform);
    expect(pool).toMatchObject({ size: 16, free: 0 });
    expect(new Set(pool.claimed.map(({ tenantId }) => tenantId))).toEqual(new Set(created.map(({ id }) => id)));
    // Nothing half-made: what is in the table is what was answered.
    expect((await listTenants(test.platform, { limit: 100 })).data.map(({ id }) => id)).toEqual(
      created.map(({ id }) => id).toSorted(),
    );
    for (const { id } of created) expect((await openTenant(test.platform, id)).db.tenantId).toBe(id);
  });

  it("makes one tenant of concurrent creations with one slug", async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => createTenant(test.platform, input("shop"))),
    );
    const ids = results.flatMap((result) => (result.status === "fulfilled" ? [result.value.id] : []));
    expect(new Set(ids).size).toBe(1);
    expect(await poolStatus(test.platform)).toMatchObject({ free: 2 });
    await expect(createTenant(test.platform, input("shop"))).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await poolStatus(test.platform)).toMatchObject({ free: 2 });
  });

  it("finishes a creation that broke off between claim and completion, by name or by repair", async () => {
    const broken = {
      ...test.platform,
      gateOf: () => ({ ...test.platform.gateOf(""), setLimits: () => Promise.reject(new Error("killed")) }),
    };
    await expect(createTenant(broken, input("one"))).rejects.toThrow("killed");
    await expect(createTenant(broken, input("two"))).rejects.toThrow("killed");
    const half = (await listTenants(test.platform, { limit: 10 })).data;
    expect(half.map(({ status }) => status)).toEqual(["creating", "creating"]);
    for (const { id } of half) await expect(openTenant(test.platform, id)).rejects.toMatchObject({ code: "NOT_FOUND" });

    const resumed = await createTenant(test.platform, input("one"));
    expect(resumed).toMatchObject({ id: half.find(({ slug }) => slug === "one")?.id, status: "active" });
    expect(await repairTenants(test.platform)).toEqual([]);
    test.advance(61_000);
    expect(await repairTenants(test.platform)).toEqual([half.find(({ slug }) => slug === "two")?.id]);
    expect((await listTenants(test.platform, { limit: 10 })).data.map(({ status }) => status)).toEqual([
      "active",
      "active",
    ]);
    expect(await poolStatus(test.platform)).toMatchObject({ free: 1 });
  });

  it("uses databases that were bound after the pool was first written down", async () => {
    const small = {
      ...test.platform,
      pool: { ...test.platform.pool, names: () => test.platform.pool.names().slice(0, 1) },
    };
    await createTenant(small, input("one"));
    await expect(createTenant(small, input("two"))).rejects.toMatchObject({ code: "POOL_EXHAUSTED" });
    expect((await createTenant(test.platform, input("two"))).status).toBe("active");
  });

  it("is the platform's alone", async () => {
    const actor = { type: "api_key" as const, id: "key_x", tenantId: "ten_x", scopes: ["agents.write" as const] };
    await expect(createTenant({ ...test.platform, actor }, input("one"))).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("setTenantStatus", () => {
  it("tells the gate, and shows it to whoever opens the tenant", async () => {
    const ctx = await test.tenant("shop");
    await setTenantStatus(test.platform, ctx.tenantId, "suspended");
    expect(test.gateCalls.at(-1)).toEqual({
      tenantId: ctx.tenantId,
      method: "setStatus",
      args: { status: "suspended" },
    });
    expect((await openTenant(test.platform, ctx.tenantId)).tenant.status).toBe("suspended");
  });
});
