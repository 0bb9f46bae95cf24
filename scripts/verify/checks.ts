import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** `tells` marks a check whose output is worth reading when all is well, too. */
type Check = { name: string; command: string[]; tells?: boolean };

const npm = (script: string): string[] => ["npm", "run", "--silent", script];

export const unitTests: Check = { name: "unit tests", command: npm("test:unit") };

export const staticChecks: readonly Check[] = [
  {
    // npm drops the packages of other platforms from the lock file when it cannot reach them, and then refuses the file.
    name: "lock file can be installed",
    command: ["npm", "ci", "--dry-run", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
  },
  { name: "format", command: npm("format:check") },
  { name: "lint", command: npm("lint") },
  { name: "types", command: npm("typecheck") },
  { name: "configuration is up to date", command: ["node", "scripts/config/main.ts", "--check"] },
  { name: "binding types are up to date", command: ["node", "scripts/worker-types.ts", "--check"] },
  { name: "migrations are up to date", command: ["node", "packages/db/scripts/generate.ts", "--check"] },
  { name: "API document is up to date", command: ["node", "scripts/openapi.ts", "--check"] },
  { name: "documents name what exists", command: ["node", "scripts/verify/doc-refs.ts"] },
  {
    name: "production builds within its limits, development is refused",
    command: ["node", "scripts/verify/deployable.ts"],
    tells: true,
  },
];

export type Count = { passed: number; failed: number };

/** Runs every check even after one has failed, and shows the output only of those that fail. None is ever left out. */
export function runChecks(checks: readonly Check[]): Count {
  const count: Count = { passed: 0, failed: 0 };
  for (const { name, command, tells } of checks) {
    const [program = "", ...args] = command;
    const started = performance.now();
    const result = spawnSync(program, args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const passed = result.status === 0;
    count[passed ? "passed" : "failed"] += 1;
    console.log(`${passed ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
    if (passed && tells === true) console.log(result.stdout.trimEnd().replaceAll(/^/gm, "         "));
    if (!passed) console.log(`${result.stdout}${result.stderr}`.trimEnd());
  }
  return count;
}
