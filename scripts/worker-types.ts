import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../", import.meta.url));

type Target = { directory: string; envInterface: string; configs: string[]; env?: string };

// The first configuration is the Worker's own; the others let bindings to other Workers carry their RPC types.
// Production is the stage that is typed, because there AI and VECTORIZE are the real bindings and not their emulators.
const targets: readonly Target[] = [
  {
    directory: "workers/gateway",
    envInterface: "GatewayEnv",
    configs: ["wrangler.toml", "workers/router/wrangler.toml", "workers/agent/wrangler.toml"],
    env: "production",
  },
  {
    directory: "workers/router",
    envInterface: "RouterEnv",
    configs: ["workers/router/wrangler.toml", "workers/agent/wrangler.toml"],
    env: "production",
  },
  {
    directory: "workers/agent",
    envInterface: "AgentEnv",
    configs: ["workers/agent/wrangler.toml", "workers/tools/wrangler.toml"],
    env: "production",
  },
  { directory: "workers/tools", envInterface: "ToolsEnv", configs: ["workers/tools/wrangler.toml"], env: "production" },
  {
    directory: "emulators/vectorize",
    envInterface: "VectorizeEmulatorEnv",
    configs: ["emulators/vectorize/wrangler.toml"],
  },
];

// Wrangler still writes the type of the retired index API; the binding has the methods of its successor.
const corrected = (source: string): string => source.replaceAll(": VectorizeIndex;", ": Vectorize;");

async function generate(target: Target): Promise<{ file: string; before: string; after: string }> {
  const relative = `${target.directory}/worker-configuration.d.ts`;
  const file = `${root}${relative}`;
  const before = await readFile(file, "utf8").catch(() => "");
  const options = ["--include-runtime=false", "--strict-vars=false", "--include-main-module=false"];
  const configs = target.configs.flatMap((config) => ["-c", config]);
  const stage = target.env === undefined ? [] : ["--env", target.env];
  await run("wrangler", ["types", relative, ...configs, ...stage, ...options, "--env-interface", target.envInterface], {
    cwd: root,
    env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false" },
  });
  const after = corrected(await readFile(file, "utf8"));
  return { file, before, after };
}

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const drifted: string[] = [];
for (const target of targets) {
  const { file, before, after } = await generate(target);
  const changed = before !== after;
  await writeFile(file, values.check ? before : after);
  if (changed) drifted.push(`${dirname(file).slice(root.length)}/worker-configuration.d.ts`);
}

for (const file of drifted) console.log(`${values.check ? "out of date" : "written"}: ${file}`);
if (values.check && drifted.length > 0) {
  console.error("Run `npm run types` and commit the result.");
  process.exitCode = 1;
}
