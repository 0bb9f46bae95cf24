import { parseArgs } from "node:util";
import { driftedConfigs, writeConfig } from "./write.ts";

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });

if (values.check) {
  const drifted = driftedConfigs();
  for (const file of drifted) console.error(`out of date: ${file}`);
  if (drifted.length > 0) {
    console.error("Run `npm run config` and commit the result.");
    process.exitCode = 1;
  }
} else {
  for (const file of writeConfig()) console.log(`written: ${file}`);
}
