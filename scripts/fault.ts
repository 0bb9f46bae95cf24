import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { KILL_PLACES, killPoints } from "@charla/testkit/fault/kill-points";
import { CHANNEL_KINDS, listed } from "@charla/testkit/fault/outside/outside";
import { passed, tableOf } from "@charla/testkit/fault/report";
import { runFaults } from "@charla/testkit/fault/run";

const usage = `npm run fault -- [options]
  --channel LIST     what people write by: http, whatsapp, telegram (http)
  --kills N          kills at random instants (200)
  --conversations N  conversations that talk meanwhile (50)
  --points [N]       rounds of every kill point (15)
  --at LIST          only points at these: model, read, keyed, unsafe, channel
  --builds N         restarts onto a changed build in the middle of turns (3)
  --seed N           repeats the choices of an earlier run
  --port N           port of the server; N+1 and N+2 are used as well (21600)
  --json FILE        writes the report there`;

const { values } = parseArgs({
  options: {
    channel: { type: "string", default: "http" },
    at: { type: "string", default: KILL_PLACES.join() },
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

const channels = listed(values.channel, CHANNEL_KINDS);
const report = await runFaults({
  channels,
  kills: count("kills"),
  conversations: count("conversations"),
  points: count("points"),
  at: killPoints(channels, listed(values.at, KILL_PLACES)),
  builds: count("builds"),
  seed: count("seed"),
  port: count("port"),
  say: (text) => console.log(text),
});

console.log(`\n${tableOf(report)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
process.exitCode = passed(report) ? 0 : 1;
