import { cpus, release } from "node:os";
import { median, quantile, rounded } from "../measure/numbers.ts";
import type { Flood } from "./load.ts";
import type { OutsideReport } from "./outside.ts";
import type { VerifyCost } from "./verify-cost.ts";

/** Resident bytes of both runtimes; each keeps the databases of as many objects open. */
export type Memory = { charla: number; bare: number };

export type LoadReport = {
  bare: number[];
  perSecond: number;
  found: Flood;
  /** Second by second, until everything is answered. */
  memory: Memory[];
  cpu: { server: number; own: { user: number; system: number } };
  costs: VerifyCost[];
  outside: OutsideReport;
  drainMs: number;
};

const MB = 1_048_576;
const TARGETS = { accepted: 0.6, verifyMs: 0.3 };

const SHOWN = 12;

/** From the first second to the last. */
function megabytes(memory: readonly Memory[], of: (now: Memory) => number): string {
  const step = Math.max(1, Math.ceil(memory.length / SHOWN));
  return `${memory
    .filter((_, second) => second % step === 0 || second === memory.length - 1)
    .map((now) => Math.round(of(now) / MB))
    .join(" ")} MB`;
}

export function printReport(report: LoadReport): void {
  const { bare, perSecond, found, memory, cpu, costs, outside, drainMs } = report;
  const { offered, seconds, offering, late } = found;
  const taken = offered.filter(({ answered }) => answered.status === 200);
  const rate = taken.length / seconds;
  const ratio = rate / median(bare);
  const acks = taken.map(({ answered }) => answered.ms);
  const byStatus = Map.groupBy(offered, ({ answered }) => answered.status);
  const statuses = [...byStatus].map(([status, all]) => `${status} × ${all.length}`).join(", ");
  const verdict = (ok: boolean): string => (ok ? "ok" : "MISSED");
  const lines: [string, string][] = [
    ["bare accepts per second", bare.map((value) => value.toFixed(0)).join(" before, ") + " after"],
    [
      "offered per second",
      `${perSecond.toFixed(0)} for ${offering.toFixed(0)} s (${late} portions late), the last answer after ${seconds.toFixed(0)} s`,
    ],
    ["answered", statuses],
    [
      "taken per second",
      `${rate.toFixed(0)}, ${ratio.toFixed(2)} of bare (target ${TARGETS.accepted}: ${verdict(ratio >= TARGETS.accepted)})`,
    ],
    [
      "acknowledged after",
      acks.length === 0 ? "-" : [0.5, 0.95, 0.99].map((q) => `${quantile(acks, q).toFixed(0)} ms`).join(", "),
    ],
    [
      "CPU of the server per message taken",
      `${((cpu.server * 1_000) / Math.max(1, taken.length)).toFixed(2)} ms while it came in`,
    ],
    ["CPU of the sender", `${((cpu.own.user + cpu.own.system) / 1e6 / seconds).toFixed(2)} cores`],
    ["memory", `${megabytes(memory, ({ charla }) => charla)} (bare ${megabytes(memory, (now) => now.bare)})`],
    [
      "everything answered",
      `${rounded(drainMs / 1_000, 1)} s after the end, by ${outside.replies} replies to ${outside.calls} calls of the model`,
    ],
    ...costs.map(({ recording, perMessageMs, messages }): [string, string] => [
      `verify and parse, ${recording}`,
      `${perMessageMs.toFixed(3)} ms per message (${messages} kinds of message, target ${TARGETS.verifyMs}: ${verdict(perMessageMs <= TARGETS.verifyMs)})`,
    ]),
    ["machine", `${cpus().length} × ${cpus()[0]?.model ?? "?"}, kernel ${release()}, Node ${process.version}`],
  ];
  const width = Math.max(...lines.map(([what]) => what.length));
  for (const [what, value] of lines) console.log(`${what.padEnd(width)}  ${value}`);
}
