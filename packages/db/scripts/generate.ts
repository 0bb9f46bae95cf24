import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const target = join(root, "packages/db/src/migrations.generated.ts");
const databases = ["control", "tenant"] as const;
type Database = (typeof databases)[number];

const tool = (name: string, args: string[]): void => {
  execFileSync(join(root, "node_modules/.bin", name), args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
};

function statementsOf(path: string): string[] {
  return readFileSync(path, "utf8")
    .split("--> statement-breakpoint")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

function literal(database: Database): string {
  const folder = join(root, "migrations", database);
  const names = readdirSync(folder).filter((file) => file.endsWith(".sql"));
  const migrations = names.toSorted().map((name) => ({ name, statements: statementsOf(join(folder, name)) }));
  return `export const ${database}Migrations: readonly Migration[] = ${JSON.stringify(migrations)};\n`;
}

/** `npm run db:generate -- <name>` names the new migration. */
const name = process.argv[2];
for (const database of databases) {
  const config = `packages/db/drizzle.${database}.config.ts`;
  tool("drizzle-kit", ["generate", "--config", config, ...(name === undefined ? [] : ["--name", name])]);
}

// A Worker has no file system, so what it applies when it opens a database is compiled into it.
const head = `// Generated from migrations/ by \`npm run db:generate\`; edit the schema, not this file.
export type Migration = { name: string; statements: readonly string[] };
`;
writeFileSync(target, [head, ...databases.map(literal)].join("\n"));
tool("oxfmt", [target]);
