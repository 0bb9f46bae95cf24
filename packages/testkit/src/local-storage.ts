import type { D1Database, KVNamespace } from "@cloudflare/workers-types";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";

/** The storage bindings of the Workers in memory, for tests that need nothing else of them. */
export type LocalStorage = {
  /** Control planes: tests that must not see each other's tenants each take one. */
  controls: D1Database[];
  pool: Record<string, D1Database>;
  config: KVNamespace;
  files: Awaited<ReturnType<Miniflare["getR2Bucket"]>>;
  stop: () => Promise<void>;
};

export async function startLocalStorage(poolSize: number, controlPlanes = 1): Promise<LocalStorage> {
  const controls = Array.from({ length: controlPlanes }, (_, index) => `CONTROL_DB_${index}`);
  const names = Array.from({ length: poolSize }, (_, index) => `TENANT_DB_${String(index).padStart(3, "0")}`);
  const server = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: "export default {}",
      d1Databases: [...controls, ...names],
      kvNamespaces: ["CONFIG"],
      r2Buckets: ["FILES"],
    }),
  );
  // Miniflare types its proxies by its own copy of the runtime's types.
  const database = (name: string): Promise<D1Database> => server.getD1Database(name) as Promise<D1Database>;
  const pool = await Promise.all(
    names.map(async (name): Promise<[string, D1Database]> => [name, await database(name)]),
  );
  return {
    controls: await Promise.all(controls.map(database)),
    pool: Object.fromEntries(pool),
    config: (await server.getKVNamespace("CONFIG")) as KVNamespace,
    files: await server.getR2Bucket("FILES"),
    stop: () => server.dispose(),
  };
}
