import { parseArgs } from "node:util";

import { CHANNEL_KINDS, listed } from "@charla/testkit/fault/outside/outside";
import { passed, tableOf } from "@charla/testkit/outage/report";
import { runOutage } from "@charla/testkit/outage/run";

const usage = `npm run outage -- [options]
  --channel LIST   vendors that are down: whatsapp, telegram, http (whatsapp,telegram)
  --seconds N      how long (60)
  --messages N     messages that people write meanwhile (500)
  --people N       by so many people (50)
  --seed N         repeats the choices of an earlier run
  --port N         port of the server; N+1 and N+2 are used as well (21700)`;

const { values } = parseArgs({
  options: {
    channel: { type: "string", default: "whatsapp,telegram" },
    seconds: { type: "string", default: "60" },
    messages: { type: "string", default: "500" },
    people: { type: "string", default: "50" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    port: { type: "string", default: "21700" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(usage);
  process.exit(0);
}

const count = (name: "seconds" | "messages" | "people" | "seed" | "port"): number => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a number, not ${values[name]}`);
  return value;
};

const report = await runOutage({
  channels: listed(values.channel, CHANNEL_KINDS),
  seconds: count("seconds"),
  messages: count("messages"),
  people: count("people"),
  seed: count("seed"),
  port: count("port"),
  say: (text) => console.log(text),
});
console.log(`\n${tableOf(report)}\n`);
process.exitCode = passed(report) ? 0 : 1;
