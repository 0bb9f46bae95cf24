import { cpSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const target = at("../../dist/assets/");

/** The pages, their script and their style: separate files, because the pages' policy allows nothing inline. */
mkdirSync(`${target}site`, { recursive: true });
await build({
  entryPoints: [at("src/main.ts"), at("src/main.css")],
  outdir: `${target}site`,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  logLevel: "error",
});
cpSync(at("index.html"), `${target}index.html`);
cpSync(at("icon.svg"), `${target}site/icon.svg`);
