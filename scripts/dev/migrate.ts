import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { migrateControlDb, migrateTenantDb } from "@charla/db/migrate";
import { controlDatabase, tenantDatabases } from "../config/bindings.ts";
import { compatibilityDate } from "../config/render.ts";
import { readDevelopment, resourcesFor } from "../config/resources.ts";

const stampName = "migrated";

/** Changes whenever there is something to apply: other migrations, or more databases to apply them to. */
function fingerprint(root: string): string {
  const hash = createHash("sha256").update(String(readDevelopment().size));
  for (const folder of ["control", "tenant"]) {
    const directory = join(root, "migrations", folder);
    for (const file of readdirSync(directory)
      .filter((name) => name.endsWith(".sql"))
      .sort()) {
      hash.update(file).update(readFileSync(join(directory, file)));
    }
  }
  return hash.digest("hex");
}

/** The databases and nothing else: there is no code here that the objects of a Worker could be found in. */
function writeConfig(stateDir: string): string {
  const resources = resourcesFor("development");
  const file = join(stateDir, "databases.json");
  const d1_databases = [controlDatabase(resources, ""), ...tenantDatabases(resources, "")];
  writeFileSync(file, JSON.stringify({ name: "databases", compatibility_date: compatibilityDate, d1_databases }));
  return file;
}

/**
 * Brings every local database up to date through one runtime; a command per database would take seconds each. When
 * nothing has changed since the last time, nothing is started at all.
 */
export async function migrateLocal(root: string, stateDir: string): Promise<void> {
  const stamp = join(stateDir, stampName);
  const wanted = fingerprint(root);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;

  // Loaded only when needed, because loading it takes longer than everything else here; it also says a lot.
  process.env.WRANGLER_LOG = "error";
  const { getPlatformProxy } = await import("wrangler");
  const proxy = await getPlatformProxy<Record<string, unknown>>({
    configPath: writeConfig(stateDir),
    persist: { path: join(stateDir, "v3") },
    remoteBindings: false,
  });
  try {
    for (const [binding, database] of Object.entries(proxy.env)) {
      if (binding === "CONTROL_DB") await migrateControlDb(database);
      if (binding.startsWith("TENANT_DB_")) await migrateTenantDb(database);
    }
  } finally {
    await proxy.dispose();
    delete process.env.WRANGLER_LOG;
  }
  writeFileSync(stamp, wanted);
}
