import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  developmentFile,
  productionFile,
  readDevelopment,
  readProduction,
  tenantDatabaseName,
} from "../config/resources.ts";
import type { ProductionDatabase, ProductionResources } from "../config/resources.ts";
import { writeConfig } from "../config/write.ts";
import { createDatabase, existingDatabases, migrateDatabase } from "./account.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

function regenerate(): void {
  for (const file of writeConfig()) console.log(`written: ${file}`);
  const { status } = spawnSync("node", ["scripts/worker-types.ts"], { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error("The binding types could not be generated.");
}

export function growDevelopment(size: number): void {
  const { size: before } = readDevelopment();
  if (size < before) console.log(`${before - size} local databases are no longer bound; their data stays on disk.`);
  writeFileSync(developmentFile, `${JSON.stringify({ size })}\n`);
  regenerate();
  console.log(`The local pool has ${size} databases. Start again to use them: npm start`);
}

const record = (resources: ProductionResources): void =>
  writeFileSync(productionFile, `${JSON.stringify(resources, null, 2)}\n`);

export function growProduction(size: number): void {
  const resources = readProduction();
  if (size < resources.tenants.length) {
    throw new Error(`The pool has ${resources.tenants.length} databases; unbinding one could cut off a tenant.`);
  }
  for (let index = resources.tenants.length; index < size; index += 1) {
    resources.tenants.push({ name: tenantDatabaseName(index), id: null });
  }

  const present = existingDatabases();
  const wanted: [ProductionDatabase, string][] = [
    [resources.control, "CONTROL_DB"],
    ...resources.tenants.map((database, index): [ProductionDatabase, string] => {
      return [database, `TENANT_DB_${String(index).padStart(3, "0")}`];
    }),
  ];
  const fresh = wanted.filter(([database]) => database.id === null);
  for (const [database] of fresh) {
    database.id = present.get(database.name) ?? createDatabase(database.name);
    // Recorded one by one, so that a run that breaks off in the middle is simply repeated.
    record(resources);
    console.log(`${database.name}: ${database.id}`);
  }
  regenerate();
  for (const [, binding] of wanted) migrateDatabase(binding);
  console.log(`The production pool has ${size} databases. Commit the changed files, then bind them: npm run deploy`);
}
