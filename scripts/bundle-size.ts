import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildAssets } from "./build.ts";
import { workers } from "./config/render.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

// The router is on the path of every webhook and must stay free of model code; the gateway starts on every page.
const limitsKb: Record<string, number> = { "charla-router": 150, "charla-gateway": 200 };

function gzippedKb(file: string): number {
  const output = mkdtempSync(join(tmpdir(), "charla-bundle-"));
  try {
    const args = ["deploy", "--dry-run", "--env", "production", "-c", file, "--outdir", output];
    const result = spawnSync("wrangler", args, { cwd: root, encoding: "utf8" });
    if (result.status !== 0) throw new Error(`${file} did not build:\n${result.stdout}${result.stderr}`);
    const modules = readdirSync(output).filter((name) => name.endsWith(".js"));
    return modules.reduce((sum, name) => sum + gzipSync(readFileSync(join(output, name))).length, 0) / 1024;
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

buildAssets();
for (const { name, file } of workers) {
  const size = gzippedKb(file);
  const limit = limitsKb[name];
  const verdict = limit === undefined ? "" : size > limit ? `  over the limit of ${limit} KB` : `  of ${limit} KB`;
  console.log(`${name.padEnd(16)} ${size.toFixed(1).padStart(8)} KB gzip${verdict}`);
  if (limit !== undefined && size > limit) process.exitCode = 1;
}
