import { messageOf } from "@charla/domain/errors";
import { type Database, databaseOf } from "./database.ts";
import { type Migration, controlMigrations, tenantMigrations } from "./migrations.generated.ts";

// The table that `wrangler d1 migrations apply` keeps, so that both ways of migrating know of each other.
const CREATE_LEDGER = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

export const migrateControlDb = (database: unknown): Promise<string[]> =>
  migrate(databaseOf(database), controlMigrations);

export const migrateTenantDb = (database: unknown): Promise<string[]> =>
  migrate(databaseOf(database), tenantMigrations);

/**
 * Applies what is missing, each migration in one transaction with its line in the ledger, and says what it applied.
 * Of two isolates that try at once one fails on the line, sees that the other has done it, and goes on.
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  const applied = await appliedTo(database);
  const done: string[] = [];
  for (const migration of migrations) {
    if (applied.has(migration.name)) continue;
    if (await apply(database, migration)) done.push(migration.name);
  }
  return done;
}

async function apply(database: Database, { name, statements }: Migration): Promise<boolean> {
  const line = database.prepare("INSERT INTO d1_migrations (name) VALUES (?1)").bind(name);
  try {
    await database.batch([line, ...statements.map((statement) => database.prepare(statement))]);
    return true;
  } catch (error) {
    if ((await appliedTo(database)).has(name)) return false;
    throw new Error(`Migration ${name} failed: ${messageOf(error)}`, { cause: error });
  }
}

async function appliedTo(database: Database): Promise<Set<string>> {
  const read = database.prepare("SELECT name FROM d1_migrations");
  try {
    return namesOf(await read.all<{ name: string }>());
  } catch (error) {
    if (!messageOf(error).includes("no such table")) throw error;
  }
  await database.prepare(CREATE_LEDGER).run();
  return namesOf(await read.all<{ name: string }>());
}

const namesOf = ({ results }: { results: { name: string }[] }): Set<string> => new Set(results.map(({ name }) => name));
