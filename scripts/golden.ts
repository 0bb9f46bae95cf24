import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../", import.meta.url));

const { values } = parseArgs({ options: { again: { type: "boolean", default: false } } });
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const folder = join(root, "workers/agent/test/golden/fixtures", version);

/** One row a line, so that a difference between two recordings can be read. */
function readable(recording: { rows: unknown[] }): string {
  const rows = recording.rows.map((row) => `    ${JSON.stringify(row)}`).join(",\n");
  return `${JSON.stringify({ ...recording, rows: ["ROWS"] }, null, 2).replace(/^ {4}"ROWS"$/m, () => rows)}\n`;
}

if (existsSync(folder) && !values.again) {
  console.error(`Release ${version} is recorded already. Raise the version, or replace the recording with --again.`);
  process.exit(1);
}

const test = "workers/agent/test/golden/stories.test.ts";
const args = ["run", "--project", "workers-agent", "--mode", "golden", "--silent=false", test];
const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
const { status, stdout, stderr } = spawnSync("vitest", args, { cwd: root, env, encoding: "utf8", maxBuffer: 2 ** 28 });
const told = [...stdout.matchAll(/^GOLDEN (\{.*\})$/gm)].map(([, text = ""]) => JSON.parse(text));
if (status !== 0 || told.length === 0) {
  console.error(`${stdout.replaceAll(/^GOLDEN .*$/gm, "")}${stderr}`);
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
for (const recording of told) writeFileSync(join(folder, `${recording.story}.json`), readable(recording));
console.log(`${told.length} journals of release ${version}: ${folder}`);
