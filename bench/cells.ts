import { untilQuiet } from "@charla/testkit/poll";
import { setTimeout as delay } from "node:timers/promises";
import { type Load, runLoad } from "./load/run.ts";
import type { Sink } from "./load/sink.ts";
import type { Subject } from "./load/subject.ts";
import { cpuSeconds, runtimePid, writtenBytes } from "./measure/cost.ts";
import { quantile } from "./measure/numbers.ts";
import type { Size } from "./options.ts";

/** One way of talking, measured on both subjects. */
export type Cell = Load & { name: string };

export type Sample = {
  turns: number;
  /** CPU milliseconds per turn, which is CPU seconds per 1,000 turns. */
  cpuMs: number;
  writtenKb: number;
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  ackP50: number;
  ackP95: number;
};

export const cellName = ({ concurrency, messages, tool }: Omit<Load, "conversations">): string =>
  `${concurrency}x${messages}${tool ? "+tool" : ""}`;

const cell = (concurrency: number, messages: number, tool: boolean, conversations: number): Cell => {
  const load = { concurrency, messages, tool, conversations };
  return { name: cellName(load), ...load };
};

/** Whole rounds only, so that at no time fewer conversations talk than the cell says. */
const roundsOf = (concurrency: number, messages: number, leastTurns: number): number =>
  concurrency * Math.max(1, Math.round(leastTurns / (concurrency * messages)));

export function gridCells(size: Size): Cell[] {
  const quick = size !== "full";
  const some = size === "smoke" ? 320 : 800;
  const cells: Cell[] = [];
  for (const tool of [false, true]) {
    for (const concurrency of quick ? [16] : [1, 16, 64]) {
      for (const messages of quick ? (tool ? [10] : [10, 50]) : [2, 10, 50]) {
        const least = quick ? some : concurrency === 1 ? 150 : 640;
        cells.push(cell(concurrency, messages, tool, roundsOf(concurrency, messages, least)));
      }
    }
  }
  if (quick) cells.unshift(cell(1, 10, false, 15));
  cells.unshift(cell(16, 1, false, quick ? 192 : 480));
  return cells;
}

export const KEY_CELLS = {
  alone: cellName({ concurrency: 1, messages: 10, tool: false }),
  plain: cellName({ concurrency: 16, messages: 10, tool: false }),
  long: cellName({ concurrency: 16, messages: 50, tool: false }),
  tool: cellName({ concurrency: 16, messages: 10, tool: true }),
  first: cellName({ concurrency: 16, messages: 1, tool: false }),
} as const;

/** Waits until the subject is at rest, so that work it put off is charged to who caused it. */
export async function settle(subject: Subject): Promise<void> {
  await delay(subject.restMs);
  await untilQuiet(`${subject.name}'s CPU`, () => cpuSeconds(subject.pid), 200);
}

export async function measure(subject: Subject, sink: Sink, load: Load, rest = settle): Promise<Sample> {
  const runtime = runtimePid(subject.pid);
  const before = { cpu: cpuSeconds(subject.pid), written: writtenBytes(runtime) };
  const { turns, seconds } = await runLoad(subject, sink, load);
  await rest(subject);
  const added = turns.map((turn) => turn.addedMs);
  const acks = turns.map((turn) => turn.ackMs);
  return {
    turns: turns.length,
    cpuMs: ((cpuSeconds(subject.pid) - before.cpu) * 1000) / turns.length,
    writtenKb: (writtenBytes(runtime) - before.written) / 1024 / turns.length,
    perSecond: turns.length / seconds,
    p50: quantile(added, 0.5),
    p95: quantile(added, 0.95),
    p99: quantile(added, 0.99),
    ackP50: quantile(acks, 0.5),
    ackP95: quantile(acks, 0.95),
  };
}
