import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { measure, type Cell } from "./cells.ts";
import { inspectAll } from "./inspector.ts";
import { rounded } from "./measure/numbers.ts";
import type { Stage } from "./stage.ts";

type Frame = { functionName: string; url: string; lineNumber: number };
type ProfileNode = { id: number; callFrame: Frame; hitCount?: number; children?: number[] };
type CpuProfile = {
  nodes: ProfileNode[];
  samples?: number[];
  timeDeltas?: number[];
  startTime: number;
  endTime: number;
};
type Line = { name: string; selfMs: number; totalMs: number };

const SAMPLE_MICROS = 1000;
/** Our Workers, and the simulators of storage that they use; sampling more would cost more than it shows. */
const PROFILED = /^core:user:charla-(gateway|router|agent|tools)$|^(d1:db|kv:ns|r2:bucket|queues:queue)$/;
const SHOWN = 28;

/** Time by function: its own, and with everything it called (counted once however deep it recurses). */
function byFunction({ nodes, samples = [], timeDeltas = [] }: CpuProfile): Line[] {
  const selfMs = new Map<number, number>();
  for (const [index, id] of samples.entries()) selfMs.set(id, (selfMs.get(id) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  const known = new Map(nodes.map((node) => [node.id, node]));
  const lines = new Map<string, Line>();
  const lineOf = (name: string): Line => {
    const line = lines.get(name) ?? { name, selfMs: 0, totalMs: 0 };
    lines.set(name, line);
    return line;
  };
  const walk = (node: ProfileNode, above: ReadonlySet<string>): number => {
    const { functionName, lineNumber } = node.callFrame;
    const name = `${functionName || "(anonymous)"}:${lineNumber + 1}`;
    const within = new Set(above).add(name);
    const own = selfMs.get(node.id) ?? 0;
    const children = (node.children ?? []).map((id) => known.get(id)).filter((child) => child !== undefined);
    const total = children.reduce((sum, child) => sum + walk(child, within), own);
    const line = lineOf(name);
    line.selfMs += own;
    if (!above.has(name)) line.totalMs += total;
    return total;
  };
  const root = nodes[0];
  if (root !== undefined) walk(root, new Set());
  return [...lines.values()];
}

const isIdle = ({ name }: Line): boolean => name.startsWith("(idle)") || name.startsWith("(root)");

function print(worker: string, lines: Line[], turns: number): void {
  const perTurn = (ms: number): string =>
    rounded((ms * 1000) / turns, 0)
      .toString()
      .padStart(7);
  const busy = lines.filter((line) => !isIdle(line));
  const total = busy.reduce((sum, line) => sum + line.selfMs, 0);
  console.log(`\n${worker}: ${perTurn(total).trim()} µs per turn in the isolate`);
  console.log("   self  total  µs per turn");
  for (const line of busy.toSorted((a, b) => b.selfMs - a.selfMs).slice(0, SHOWN)) {
    console.log(`${perTurn(line.selfMs)}${perTurn(line.totalMs)}  ${line.name}`);
  }
}

/** CPU profiles of every Worker while something goes on; files for a viewer, and a table of what costs most. */
export async function profiled<T>(
  { inspectorPort, folder }: { inspectorPort: number; folder: string },
  work: () => Promise<{ turns: number; result: T }>,
): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const inspected = await inspectAll(inspectorPort, PROFILED);
  for (const { inspector } of inspected) {
    await inspector.ask("Profiler.enable");
    await inspector.ask("Profiler.setSamplingInterval", { interval: SAMPLE_MICROS });
    await inspector.ask("Profiler.start");
  }
  const { turns, result } = await work();
  for (const { id, inspector } of inspected) {
    const { profile: recorded } = (await inspector.ask("Profiler.stop")) as { profile: CpuProfile };
    writeFileSync(join(folder, `${id.replaceAll(/[^\w.-]/g, "_")}.cpuprofile`), JSON.stringify(recorded));
    print(id, byFunction(recorded), turns);
    inspector.close();
  }
  return result;
}

export async function profileCell(stage: Stage, cell: Cell, folder: string): Promise<void> {
  const { cpuMs, turns } = await profiled({ inspectorPort: stage.inspectorPort, folder }, async () => {
    // Sampling itself never rests, so the end of the work is not waited for but assumed.
    const result = await measure(stage.charla, stage.sink, cell, ({ restMs }) => delay(restMs));
    return { turns: result.turns, result };
  });
  console.log(`\n${cell.name}: ${turns} turns, ${rounded(cpuMs)} CPU-ms each`);
}
