import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openApiDocument } from "../workers/gateway/src/site/openapi.ts";

const file = fileURLToPath(new URL("../docs/openapi.json", import.meta.url).href);
const document = `${JSON.stringify(openApiDocument(), null, 2)}\n`;

if (process.argv.includes("--check")) {
  if (!existsSync(file) || readFileSync(file, "utf8") !== document) {
    console.error("docs/openapi.json is out of date: node scripts/openapi.ts");
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, document);
}
