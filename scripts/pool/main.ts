import { parseArgs } from "node:util";
import { growDevelopment, growProduction } from "./grow.ts";

const usage = `npm run pool -- --size N                    databases for local development
npm run pool -- --size N --env production   creates what is missing in the account, migrates it and records its ids`;

const { values } = parseArgs({ options: { size: { type: "string" }, env: { type: "string" } } });
const size = Number(values.size);

if (!Number.isInteger(size) || size < 1 || size > 4_900) {
  // A Worker takes about 5,000 bindings; past that a second deployment with a pool of its own is the way to grow.
  console.error(`The size must be a number from 1 to 4900.\n${usage}`);
  process.exitCode = 1;
} else if (values.env === undefined || values.env === "development") {
  growDevelopment(size);
} else if (values.env === "production") {
  growProduction(size);
} else {
  console.error(`There is no environment called ${values.env}.\n${usage}`);
  process.exitCode = 1;
}
