import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as z from "zod";
import { buildAssets } from "./build.ts";
import { runChecks, staticChecks } from "./verify/checks.ts";
import type { Count } from "./verify/checks.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

const Report = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

function readReport(file: string): z.infer<typeof Report> | undefined {
  try {
    return Report.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

/** One vitest project. A test that did not run counts as failed, as does a file that could not even be loaded. */
function vitest(project: string): Count {
  const folder = mkdtempSync(join(tmpdir(), "charla-test-"));
  const file = join(folder, "report.json");
  const args = ["run", "--project", project, "--reporter=dot", "--reporter=json", `--outputFile.json=${file}`];
  const { status } = spawnSync("vitest", args, { cwd: root, stdio: "inherit" });
  const report = readReport(file);
  rmSync(folder, { recursive: true, force: true });
  if (report === undefined) return { passed: 0, failed: 1 };
  const failed = report.numFailedTests + report.numPendingTests + report.numTodoTests;
  const sound = status === 0 && report.success;
  return { passed: report.numPassedTests, failed: sound ? failed : Math.max(failed, 1) };
}

function command(name: string): Count {
  const { status } = spawnSync("npm", ["run", "--silent", name], { cwd: root, stdio: "inherit" });
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

const { values } = parseArgs({
  options: {
    /** Also the browser tests, which need Chromium. */
    browser: { type: "boolean", default: false },
    /** Also every check of `npm run verify`. */
    verify: { type: "boolean", default: false },
  },
});

const suites: [string, () => Count][] = [
  ...(values.verify ? [["verify", () => runChecks(staticChecks)] satisfies [string, () => Count]] : []),
  ["unit", () => vitest("unit")],
  ["workers", () => vitest("workers-*")],
  ["system", () => vitest("system*")],
  ...(values.browser ? [["browser", () => vitest("browser")] satisfies [string, () => Count]] : []),
  ["fault", () => command("test:fault")],
  ["bench", () => command("test:bench")],
];

buildAssets("pipe");
const results = suites.map(([name, run]) => {
  console.log(`\n── ${name}`);
  const started = performance.now();
  const count = run();
  return { name, ...count, seconds: (performance.now() - started) / 1000 };
});

console.log("");
for (const { name, passed, failed, seconds } of results) {
  console.log(
    `${name.padEnd(8)} ${String(passed).padStart(5)} passed ${String(failed).padStart(5)} failed  ${seconds.toFixed(0)} s`,
  );
}
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0) process.exitCode = 1;
