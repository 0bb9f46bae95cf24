import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { passed, tableOf } from "@charla/testkit/fault/report";
import { runFaults } from "@charla/testkit/fault/run";

const usage = `npm run fault -- [options]
  --kills N          kills at random instants (200)
  --conversations N  conversations that talk meanwhile (50)
  --points [N]       rounds of every kill point (15)
  --builds N         restarts onto a changed build in the middle of turns (3)
  --seed N           repeats the choices of an earlier run
  --port N           port of the server; N+1 and N+2 are used as well (21600)
  --json FILE        writes the report there`;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    conversations: { type: "string", default: "50" },
    points: { type: "string", default: "15" },
    builds: { type: "string", default: "3" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    port: { type: "string", default: "21600" },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(usage);
  process.exit(0);
}

const count = (name: "kills" | "conversations" | "points" | "builds" | "seed" | "port"): number => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a number, not ${values[name]}`);
  return value;
};

const report = await runFaults({
  kills: count("kills"),
  conversations: count("conversations"),
  points: count("points"),
  builds: count("builds"),
  seed: count("seed"),
  port: count("port"),
  say: (text) => console.log(text),
});

console.log(`\n${tableOf(report)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
process.exitCode = passed(report) ? 0 : 1;
