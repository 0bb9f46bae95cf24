import { AppError } from "@charla/domain/errors";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import { type Database, databaseOf } from "./database.ts";
import { migrateControlDb, migrateTenantDb } from "./migrate.ts";

/** The control plane's database: tenants, the pool, channel routes, API keys, counters. */
export type ControlDb = { readonly d1: Database; readonly orm: DrizzleD1Database };

/** One tenant's database, and nothing but it: every query of a tenant goes through its handle. */
export type TenantDb = { readonly tenantId: string; readonly d1: Database; readonly orm: DrizzleD1Database };

const migrated = new WeakSet<Database>();
const owned = new WeakMap<Database, TenantDb>();

// Only what is finished is remembered, never a promise: a request that is cancelled half-way would take with it all that
// wait for it. First callers at once each do the work, which is made to be repeated.
export async function openControlDb(binding: unknown): Promise<ControlDb> {
  const database = databaseOf(binding);
  if (!migrated.has(database)) {
    await migrateControlDb(database);
    migrated.add(database);
  }
  return { d1: database, orm: drizzle(database) };
}

/** Migrates where needed, and refuses a database that belongs to somebody else. */
export async function openTenantDb(binding: unknown, tenantId: string): Promise<TenantDb> {
  const database = databaseOf(binding);
  const handle = owned.get(database) ?? (await open(database, tenantId));
  owned.set(database, handle);
  if (handle.tenantId !== tenantId) throw foreign(tenantId);
  return handle;
}

/** Makes a free database the tenant's own; repeating it changes nothing. */
export async function adoptTenantDb(binding: unknown, tenantId: string): Promise<TenantDb> {
  const database = databaseOf(binding);
  await migrateTenantDb(database);
  await database.prepare("INSERT OR IGNORE INTO schema_meta (key, value) VALUES ('owner', ?1)").bind(tenantId).run();
  return openTenantDb(database, tenantId);
}

async function open(database: Database, tenantId: string): Promise<TenantDb> {
  await migrateTenantDb(database);
  const owner = await database.prepare("SELECT value FROM schema_meta WHERE key = 'owner'").first<string>("value");
  if (owner !== tenantId) throw foreign(tenantId);
  return { tenantId, d1: database, orm: drizzle(database) };
}

const foreign = (tenantId: string): AppError =>
  new AppError("INTERNAL", `The database opened for ${tenantId} belongs to another tenant`);
