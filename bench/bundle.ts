import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";

const root = fileURLToPath(new URL("../", import.meta.url));

/**
 * One Worker as wrangler bundles it for deployment: minified, for the conditions of the runtime. Names are kept only for
 * profiles, where a function called `e` says nothing.
 */
export async function bundleWorker(entry: string, options: { readable: boolean }): Promise<string> {
  const result = await build({
    entryPoints: [`${root}${entry}`],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    minify: !options.readable,
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "error",
  });
  return result.outputFiles.map((file) => file.text).join("\n");
}

/** The bundler runs in a process of its own, whose idle life would otherwise count as the server's. */
export const endBundling = (): Promise<void> => Promise.resolve(stop());
