import { fileURLToPath } from "node:url";
import { buildAssets } from "./build.ts";
import { sizeOf } from "./bundle-limits.ts";
import { workers } from "./config/render.ts";
import { dryRun, gzippedKb } from "./dry-run.ts";

const widget = fileURLToPath(new URL("../dist/assets/chat/widget.js", import.meta.url));

buildAssets("pipe");
const sizes = workers.map(({ name, file }) => {
  const { deploys, output, gzippedKb: kb } = dryRun(file, "production");
  if (!deploys) throw new Error(`${file} did not build:\n${output}`);
  return sizeOf(name, kb);
});
for (const { line, over } of [...sizes, sizeOf("widget", gzippedKb(widget))]) {
  console.log(line);
  if (over) process.exitCode = 1;
}
