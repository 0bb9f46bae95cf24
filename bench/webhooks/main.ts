import { parseArgs } from "node:util";
import { until } from "@charla/testkit/poll";
import { cpuSeconds, residentBytes } from "../measure/cost.ts";
import { median } from "../measure/numbers.ts";
import { flood, sustained, takenOf } from "./load.ts";
import { mistakesIn, namedOnce } from "./judge.ts";
import { RawClient } from "./raw-client.ts";
import { type Memory, printReport } from "./report.ts";
import { WebhookStage } from "./stage.ts";
import { verifyCosts } from "./verify-cost.ts";

const usage = `npm run bench:load -- [--smoke] [--seconds N] [--people N] [--tenants N] [--factor X] [--rate N] [--port N]`;

const { values } = parseArgs({
  options: {
    /** Short, for every change: whether everything that was taken is answered, at whatever speed. */
    smoke: { type: "boolean", default: false },
    seconds: { type: "string" },
    /** Of every account. */
    people: { type: "string" },
    tenants: { type: "string", default: "3" },
    /** Times what the bare Worker sustains. */
    factor: { type: "string", default: "1.5" },
    /** A rate of messages per second in place of the measured one. */
    rate: { type: "string" },
    port: { type: "string", default: "22100" },
    help: { type: "boolean", default: false },
  },
});
const number = (name: "seconds" | "people" | "tenants" | "factor" | "rate" | "port", fallback: number): number => {
  const value = Number(values[name] ?? fallback);
  if (!(value > 0)) throw new Error(`--${name} takes a number\n${usage}`);
  return value;
};

const CONNECTIONS = 1_500;
const AT_ONCE = 128;
const DRAIN_MS = 600_000;
/** First messages a second. */
const FIRSTS = 60;

if (values.help) {
  console.log(usage);
  process.exit(0);
}
// An end by signal runs the exit handlers too, which is where the bare server is stopped.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const seconds = number("seconds", values.smoke ? 4 : 60);
const people = number("people", values.smoke ? 5 : 40);
const bareSeconds = values.smoke ? 2 : 10;
const port = number("port", 22_100);

const costs = await verifyCosts(port + 4, values.smoke ? 500 : 5_000);
const stage = await WebhookStage.open(port, number("tenants", 3));
const toBare = new RawClient(port + 2, AT_ONCE);
const toCharla = new RawClient(port + 3, CONNECTIONS);
try {
  const conversations = stage.accounts.length * people;
  const answered = async (marks: readonly string[]): Promise<unknown> =>
    until("everything that was taken is answered", async () => namedOnce(marks, (await stage.report()).named), {
      deadlineMs: DRAIN_MS,
      everyMs: 1_000,
    }).catch(() => undefined);
  // Every object begins with a database of its own to be made, here as there; what is asked for is how it goes on.
  await sustained(toBare, { seconds: bareSeconds, atOnce: AT_ONCE, conversations });
  const first = await flood(toCharla, stage.accounts, { perSecond: FIRSTS, seconds: conversations / FIRSTS, people });
  await answered(takenOf(first));
  const bare: number[] = [];
  const measureBare = async (): Promise<void> => {
    bare.push(await sustained(toBare, { seconds: bareSeconds, atOnce: AT_ONCE, conversations }));
  };
  await measureBare();
  const perSecond = number("rate", median(bare) * number("factor", 1.5));
  const memory: Memory[] = [];
  const sampling = setInterval(
    () => memory.push({ charla: residentBytes(stage.charlaRuntime), bare: residentBytes(stage.bare.pid) }),
    1_000,
  );
  const cpuBefore = cpuSeconds(stage.charla.pid);
  const own = process.cpuUsage();
  const found = await flood(toCharla, stage.accounts, { perSecond, seconds, people, after: 1 });
  const cpu = { server: cpuSeconds(stage.charla.pid) - cpuBefore, own: process.cpuUsage(own) };
  const drainFrom = Date.now();
  await answered(takenOf(found));
  const drainMs = Date.now() - drainFrom;
  clearInterval(sampling);
  await measureBare();
  const outside = await stage.report();
  const mistakes = mistakesIn([...first.offered, ...found.offered], outside);
  printReport({
    bare,
    perSecond,
    found,
    memory,
    cpu,
    costs,
    outside,
    drainMs,
  });
  for (const mistake of mistakes.slice(0, 20)) console.error(`error: ${mistake}`);
  console.log(`${mistakes.length} errors`);
  process.exitCode = mistakes.length === 0 ? 0 : 1;
} finally {
  toBare.close();
  toCharla.close();
  await stage.close();
}
