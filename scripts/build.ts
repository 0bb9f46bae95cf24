import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

const hasBuild = (app: string): boolean => {
  const manifest = `${root}apps/${app}/package.json`;
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).scripts?.build !== undefined;
};

/** Builds the pages and the widget into the folder that the gateway serves. */
export function buildAssets(output: "inherit" | "pipe" = "inherit"): void {
  mkdirSync(`${root}dist/assets`, { recursive: true });
  for (const app of readdirSync(`${root}apps`).filter(hasBuild)) {
    const result = spawnSync("npm", ["run", "build", "--silent", "--workspace", `apps/${app}`], {
      cwd: root,
      stdio: ["ignore", output, output],
      encoding: "utf8",
    });
    if (result.status !== 0)
      throw new Error(`apps/${app} did not build:\n${result.stdout ?? ""}${result.stderr ?? ""}`);
  }
}

if (import.meta.main) buildAssets();
