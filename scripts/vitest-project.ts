import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";

const root = fileURLToPath(new URL("../", import.meta.url));
/** More than that is no chance. */
const MOST_UNSTEADY_FILES = 3;

const Report = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      startTime: z.number(),
      endTime: z.number(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});
type Report = z.infer<typeof Report>;
export type Outcome = { passed: number; failed: number; unsteady: string[] };

/**
 * One vitest project. A test that did not run counts as failed, as does a file that could not even be loaded. Where tests
 * wait for servers and browsers, the few files that failed beside the others run once more by themselves; what passes then
 * is named, because somebody has to make it steady.
 */
export function runProject(project: string, { again }: { again: boolean }): Outcome {
  const first = run(project, []);
  const files = first.report === undefined ? [] : failedFiles(first.report);
  if (first.report !== undefined) tellSlowest(first.report);
  if (!again || files.length === 0 || files.length > MOST_UNSTEADY_FILES) return { ...countOf(first), unsteady: [] };
  console.log(`\n── once more, by themselves: ${files.join(" ")}`);
  const second = countOf(run(project, [...files, "--no-file-parallelism"]));
  const { passed, failed } = countOf(first);
  if (second.failed > 0) return { passed, failed, unsteady: [] };
  return { passed: passed + failed, failed: 0, unsteady: namesOfFailed(first.report) };
}

type Run = { sound: boolean; report: Report | undefined };

function run(project: string, more: string[]): Run {
  const folder = mkdtempSync(join(tmpdir(), "charla-test-"));
  const file = join(folder, "report.json");
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${file}`];
  const { status } = spawnSync("vitest", ["run", "--project", project, ...reporters, ...more], {
    cwd: root,
    stdio: "inherit",
  });
  const report = readReport(file);
  rmSync(folder, { recursive: true, force: true });
  return { sound: status === 0 && report?.success === true, report };
}

function readReport(file: string): Report | undefined {
  try {
    return Report.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

function countOf({ sound, report }: Run): { passed: number; failed: number } {
  if (report === undefined) return { passed: 0, failed: 1 };
  const failed = report.numFailedTests + report.numPendingTests + report.numTodoTests;
  return { passed: report.numPassedTests, failed: sound ? failed : Math.max(failed, 1) };
}

const SLOWEST = 5;

/** Who wants the suites to be faster begins here. */
function tellSlowest({ testResults }: Report): void {
  const slowest = testResults
    .map(({ name, startTime, endTime }) => ({ name: relative(root, name), seconds: (endTime - startTime) / 1000 }))
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST);
  console.log(`slowest: ${slowest.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)} s`).join(", ")}`);
}

const failedFiles = ({ testResults }: Report): string[] =>
  testResults.filter(({ status }) => status === "failed").map(({ name }) => relative(root, name));

const namesOfFailed = (report: Report | undefined): string[] =>
  (report?.testResults ?? [])
    .filter(({ status }) => status === "failed")
    .flatMap(({ name, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === "failed");
      return failed.length === 0 ? [relative(root, name)] : failed.map(({ fullName }) => fullName);
    });
