import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Stage } from "./config/worker-config.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

export type DryRun = { deploys: boolean; output: string; gzippedKb: number };

export const gzippedKb = (file: string): number => gzipSync(readFileSync(file)).length / 1024;

/** Everything a deploy does except sending it off. */
export function dryRun(file: string, stage: Stage): DryRun {
  const folder = mkdtempSync(join(tmpdir(), "charla-bundle-"));
  try {
    const env = stage === "production" ? ["--env", stage] : [];
    const result = spawnSync("wrangler", ["deploy", "--dry-run", "-c", file, "--outdir", folder, ...env], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false" },
    });
    const modules = readdirSync(folder).filter((name) => name.endsWith(".js"));
    return {
      deploys: result.status === 0,
      output: `${result.stdout}${result.stderr}`,
      gzippedKb: modules.reduce((sum, name) => sum + gzippedKb(join(folder, name)), 0),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
