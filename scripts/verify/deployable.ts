import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildAssets } from "../build.ts";
import { emulators, workers } from "../config/render.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

function dryRun(file: string, stage: string[]): { deploys: boolean; output: string } {
  const result = spawnSync("wrangler", ["deploy", "--dry-run", "-c", file, ...stage], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false" },
  });
  return { deploys: result.status === 0, output: `${result.stdout}${result.stderr}` };
}

const problems: string[] = [];
buildAssets("pipe");

for (const { name, file } of workers) {
  const { deploys, output } = dryRun(file, ["--env", "production"]);
  if (!deploys) problems.push(`${name} does not build for production:\n${output}`);
}

// One guard, written into every configuration by the same source, must stop each of them.
for (const { name, file } of [...workers, ...emulators]) {
  const { deploys, output } = dryRun(file, []);
  if (deploys) problems.push(`${name} can be deployed with its development bindings`);
  else if (!output.includes("npm run deploy")) problems.push(`${name} refuses without saying what to do:\n${output}`);
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
