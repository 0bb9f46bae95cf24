import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildAssets } from "./build.ts";
import { runChecks, staticChecks } from "./verify/checks.ts";
import { type Outcome, runProject } from "./vitest-project.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

function command(name: string): Outcome {
  const { status } = spawnSync("npm", ["run", "--silent", name], { cwd: root, stdio: "inherit" });
  return { ...(status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }), unsteady: [] };
}

const { values } = parseArgs({
  options: {
    /** Also the browser tests, which need Chromium. */
    browser: { type: "boolean", default: false },
    /** Also every check of `npm run verify`. */
    verify: { type: "boolean", default: false },
  },
});

const suites: [string, () => Outcome][] = [
  ["verify", () => ({ ...runChecks(staticChecks), unsteady: [] })],
  ["unit", () => runProject("unit", { again: false })],
  ["workers", () => runProject("workers-*", { again: true })],
  ["system", () => runProject("system*", { again: true })],
  ["browser", () => runProject("browser", { again: true })],
  ["fault", () => command("test:fault")],
  ["bench", () => command("test:bench")],
];
const left: Record<string, boolean> = { verify: !values.verify, browser: !values.browser };

buildAssets("pipe");
const wanted = suites.filter(([name]) => left[name] !== true);
const results = wanted.map(([name, run]) => {
  console.log(`\n── ${name}`);
  const started = performance.now();
  const outcome = run();
  return { name, ...outcome, seconds: (performance.now() - started) / 1000 };
});

console.log("");
for (const { name, passed, failed, seconds } of results) {
  console.log(
    `${name.padEnd(8)} ${String(passed).padStart(5)} passed ${String(failed).padStart(5)} failed  ${seconds.toFixed(0)} s`,
  );
}
for (const name of results.flatMap(({ unsteady }) => unsteady)) console.log(`unsteady: ${name}`);
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0) process.exitCode = 1;
