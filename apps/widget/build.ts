import { mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform, type Plugin } from "esbuild";

const MAX_GZIP_BYTES = 40 * 1024;
const source = fileURLToPath(new URL("src/index.ts", import.meta.url));
const target = fileURLToPath(new URL("../../dist/assets/chat/widget.js", import.meta.url));

/** Style sheets travel inside the script as text: the widget adopts them in its shadow root, which no page policy blocks. */
const cssAsText: Plugin = {
  name: "css-as-text",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: "es2022" });
      return { contents: code, loader: "text" };
    });
  },
};

export async function bundleWidget(): Promise<string> {
  const result = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "error",
    plugins: [cssAsText],
  });
  return result.outputFiles.map((file) => file.text).join("");
}

if (import.meta.main) {
  const script = await bundleWidget();
  const gzipped = gzipSync(script, { level: 9 }).length;
  const kib = (bytes: number): string => (bytes / 1024).toFixed(1);
  if (gzipped > MAX_GZIP_BYTES)
    throw new Error(`The widget is ${kib(gzipped)} KiB gzipped; the limit is ${kib(MAX_GZIP_BYTES)} KiB`);
  mkdirSync(new URL("./", `file://${target}`), { recursive: true });
  writeFileSync(target, script);
  process.stdout.write(`chat/widget.js ${kib(script.length)} KiB, ${kib(gzipped)} KiB gzipped\n`);
}
