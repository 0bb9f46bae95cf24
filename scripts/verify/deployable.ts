import { fileURLToPath } from "node:url";
import { buildAssets } from "../build.ts";
import { sizeOf } from "../bundle-limits.ts";
import { emulators, workers } from "../config/render.ts";
import { dryRun, gzippedKb } from "../dry-run.ts";

const widget = fileURLToPath(new URL("../../dist/assets/chat/widget.js", import.meta.url));

const problems: string[] = [];
function weigh(name: string, kb: number): void {
  const { line, over } = sizeOf(name, kb);
  console.log(line);
  if (over) problems.push(line);
}

buildAssets("pipe");
weigh("widget", gzippedKb(widget));

for (const { name, file } of workers) {
  const { deploys, output, gzippedKb: kb } = dryRun(file, "production");
  if (deploys) weigh(name, kb);
  else problems.push(`${name} does not build for production:\n${output}`);
}

// One guard, written into every configuration by the same source, must stop each of them.
for (const { name, file } of [...workers, ...emulators]) {
  const { deploys, output } = dryRun(file, "development");
  if (deploys) problems.push(`${name} can be deployed with its development bindings`);
  else if (!output.includes("npm run deploy")) problems.push(`${name} refuses without saying what to do:\n${output}`);
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
