import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as z from "zod";
import { buildAssets } from "./build.ts";
import { workers } from "./config/render.ts";
import { readProduction } from "./config/resources.ts";
import type { WorkerConfig } from "./config/worker-config.ts";
import { driftedConfigs } from "./config/write.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const { values } = parseArgs({
  options: {
    "dry-run": { type: "boolean", default: false },
    /** JSON with the secrets of all Workers; needed by the first deployment and to change them. */
    secrets: { type: "string" },
  },
});
const isDryRun = values["dry-run"];

const Secrets = z.record(z.string(), z.string().min(1));
const secrets =
  values.secrets === undefined ? undefined : Secrets.parse(JSON.parse(readFileSync(values.secrets, "utf8")));

function deployWorker({ file, secrets: required }: WorkerConfig): number {
  const folder = mkdtempSync(join(tmpdir(), "charla-deploy-"));
  try {
    const args = ["deploy", "--env", "production", "-c", file, ...(isDryRun ? ["--dry-run"] : [])];
    if (secrets !== undefined) {
      // Each Worker is handed what it needs and nothing else.
      const own = Object.fromEntries(required.map((name) => [name, secrets[name]]));
      writeFileSync(join(folder, "secrets.json"), JSON.stringify(own), { mode: 0o600 });
      args.push("--secrets-file", join(folder, "secrets.json"));
    }
    const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
    return spawnSync("wrangler", args, { cwd: root, stdio: "inherit", env }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What would make a deployment come up broken although every command succeeds. */
function obstacles(): string[] {
  const { control, tenants, configNamespaceId, publicBaseUrl } = readProduction();
  const unbound = [control, ...tenants].filter(({ id }) => id === null).length;
  return [
    unbound > 0 ? `${unbound} databases have no id yet: npm run pool -- --size ${tenants.length} --env production` : "",
    configNamespaceId === null ? "configNamespaceId is missing in scripts/config/pool.production.json" : "",
    publicBaseUrl.includes("example.com") ? "publicBaseUrl is missing in scripts/config/pool.production.json" : "",
    ...workers.flatMap(({ name, secrets: required }) =>
      required
        .filter((secret) => secrets !== undefined && secrets[secret] === undefined)
        .map((secret) => `${secret} of ${name} is not in ${values.secrets}`),
    ),
    driftedConfigs().length > 0 ? "the configuration is out of date: npm run config" : "",
  ].filter((obstacle) => obstacle !== "");
}

const blocked = isDryRun ? [] : obstacles();
for (const obstacle of blocked) console.error(obstacle);
if (blocked.length > 0) {
  console.error("Nothing was deployed; docs/deploy.md has the steps.");
  process.exit(1);
}

buildAssets();
for (const worker of workers) {
  console.log(`\n${worker.name}`);
  const status = deployWorker(worker);
  if (status !== 0) {
    console.error(`${worker.name} failed; the Workers before it are deployed and keep working with the old ones.`);
    process.exit(status);
  }
}
