import { type LocalStorage, startLocalStorage } from "@charla/testkit/local-storage";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { controlMigrations, tenantMigrations } from "./migrations.generated.ts";
import { adoptTenantDb, openTenantDb } from "./open.ts";

// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let storage: LocalStorage;
let databases: Database[] = [];

beforeAll(async () => {
  storage = await startLocalStorage(8 + 2 * (controlMigrations.length + tenantMigrations.length));
  databases = Object.values(storage.pool);
});
afterAll(() => storage.stop());

function fresh(): Database {
  const database = databases.pop();
  if (database === undefined) throw new Error("No database left");
  return database;
}

const schemaOf = async (database: Database): Promise<unknown[]> =>
  (
    await database
      .prepare("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY type, name")
      .all()
  ).results;

describe.each([
  ["control", controlMigrations],
  ["tenant", tenantMigrations],
])("migrations of the %s database", (_name, migrations) => {
  it("lead from every earlier version to the same schema", async () => {
    const target = fresh();
    expect(await migrate(target, migrations)).toEqual(migrations.map(({ name }) => name));
    const wanted = await schemaOf(target);
    for (let version = 1; version < migrations.length; version++) {
      const database = fresh();
      await migrate(database, migrations.slice(0, version));
      expect(await schemaOf(database)).not.toEqual(wanted);
      expect(await migrate(database, migrations)).toEqual(migrations.slice(version).map(({ name }) => name));
      expect(await schemaOf(database)).toEqual(wanted);
    }
  });

  it("change nothing the second time, nor where a later version has already been", async () => {
    const database = fresh();
    await migrate(database, migrations);
    expect(await migrate(database, migrations)).toEqual([]);
    expect(await migrate(database, migrations.slice(0, 1))).toEqual([]);
  });

  it("are applied once when several isolates open the database at the same time", async () => {
    const database = fresh();
    const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(database, migrations)));
    expect(applied.flat().toSorted()).toEqual(migrations.map(({ name }) => name));
  });
});

describe("migrate", () => {
  it("leaves nothing behind of a migration that fails half-way", async () => {
    const database = fresh();
    const broken = [{ name: "0000_broken.sql", statements: ["CREATE TABLE a (id text)", "CREATE TABLE a (id text)"] }];
    await expect(migrate(database, broken)).rejects.toThrow("0000_broken.sql");
    expect(
      await migrate(database, [{ name: "0000_broken.sql", statements: ["CREATE TABLE a (id text)"] }]),
    ).toHaveLength(1);
  });
});

describe("openTenantDb", () => {
  it("opens a database for its owner only", async () => {
    const database = fresh();
    const handle = await adoptTenantDb(database, "ten_a");
    expect(handle.tenantId).toBe("ten_a");
    await expect(openTenantDb(database, "ten_b")).rejects.toThrow("another tenant");
    await expect(adoptTenantDb(database, "ten_b")).rejects.toThrow("another tenant");
    expect((await openTenantDb(database, "ten_a")).tenantId).toBe("ten_a");
  });

  it("does not open a database that nobody owns", async () => {
    await expect(openTenantDb(fresh(), "ten_a")).rejects.toThrow("another tenant");
  });

  it("does not take anything else for a database", async () => {
    await expect(openTenantDb(undefined, "ten_a")).rejects.toThrow("Not a D1 database");
  });
});
