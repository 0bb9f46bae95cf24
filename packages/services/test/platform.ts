import { type ControlDb, openControlDb } from "@charla/db/open";
import { poolOf } from "@charla/db/pool";
import { type LocalStorage, startLocalStorage } from "@charla/testkit/local-storage";
import type { Ctx, Gate, PlatformCtx } from "../src/context.ts";
import { createTenant } from "../src/tenants/create.ts";
import { openTenant } from "../src/tenants/open.ts";
import { NO_LIMITS } from "../src/tenants/schemas.ts";
import { parseKeyring } from "../src/vault/keyring.ts";

export const KEK_V1 = `v1:${Buffer.alloc(32, 1).toString("base64")}`;

export type GateCall = { tenantId: string; method: keyof Gate; args: unknown };

export type TestPlatform = {
  platform: PlatformCtx;
  gateCalls: GateCall[];
  /** Moves the clock that verbs see. */
  advance: (ms: number) => void;
  /** A tenant of its own, as the platform sees it. */
  tenant: (slug: string) => Promise<Ctx>;
};

export type TestPlatforms = { next: () => Promise<TestPlatform>; storage: LocalStorage; stop: () => Promise<void> };

/** Platforms that share one server and nothing else: a server takes seconds to start. Each gets a pool of its given size. */
export async function startPlatforms(...poolSizes: number[]): Promise<TestPlatforms> {
  const size = poolSizes.reduce((sum, each) => sum + each, 0);
  const storage = await startLocalStorage(size, poolSizes.length);
  const databases = Object.entries(storage.pool);
  const sizes = [...poolSizes];
  const controls = [...storage.controls];
  return {
    storage,
    stop: storage.stop,
    next: async () =>
      testPlatform(
        storage,
        await openControlDb(controls.pop()),
        Object.fromEntries(databases.splice(0, sizes.shift())),
      ),
  };
}

function testPlatform(storage: LocalStorage, control: ControlDb, pool: LocalStorage["pool"]): TestPlatform {
  const gateCalls: GateCall[] = [];
  let offset = 0;
  const gateOf = (tenantId: string): Gate => {
    const record = (method: keyof Gate) => (args: unknown) => {
      gateCalls.push({ tenantId, method, args });
      return Promise.resolve({ generation: gateCalls.length });
    };
    return {
      publish: record("publish"),
      setCanary: async (args) => {
        const { generation } = await record("setCanary")(args);
        return { generation, releaseId: args.promote === true ? args.releaseId : null };
      },
      setStatus: record("setStatus"),
      setLimits: record("setLimits"),
    };
  };
  const platform: PlatformCtx = {
    actor: { type: "platform" },
    control,
    pool: poolOf(pool),
    config: storage.config,
    files: storage.files,
    keyring: parseKeyring(KEK_V1),
    now: () => Date.now() + offset,
    publicBaseUrl: "https://charla.test",
    egress: { allowLoopback: true, deniedHosts: ["charla.test"] },
    gateOf,
  };
  return {
    platform,
    gateCalls,
    advance: (ms) => (offset += ms),
    tenant: async (slug) => {
      const { id } = await createTenant(platform, { slug, name: slug, language: "es", limits: NO_LIMITS });
      return openTenant(platform, id);
    },
  };
}
