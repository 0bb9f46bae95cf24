import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { measure, type Cell } from "./cells.ts";
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
type Target = { id: string; webSocketDebuggerUrl: string };
type Line = { name: string; selfMs: number; totalMs: number };

const SAMPLE_MICROS = 1000;
/** Our Workers, and the simulators of storage that they use; sampling more would cost more than it shows. */
const PROFILED = /^core:user:charla-(gateway|router|agent|tools)$|^(d1:db|kv:ns|r2:bucket|queues:queue)$/;
const SHOWN = 28;

/** One connection to the inspector of one Worker; requests are answered in the order in which they are asked. */
class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #serial = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
      if (id === undefined) return;
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    });
  }

  static async connect(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve(), { once: true });
      socket.addEventListener("error", () => reject(new Error(`no inspector at ${url}`)), { once: true });
    });
    return new Inspector(socket);
  }

  ask(method: string, params: Record<string, unknown> = {}): Promise<unknown> {
    const id = ++this.#serial;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  close(): void {
    this.#socket.close();
  }
}

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

/** CPU profiles of every Worker while one cell runs; files for a viewer, and a table of what costs most. */
export async function profile(stage: Stage, cell: Cell, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const response = await fetch(`http://127.0.0.1:${stage.inspectorPort}/json`);
  const targets = ((await response.json()) as Target[]).filter(({ id }) => PROFILED.test(id));
  const inspectors = await Promise.all(
    targets.map(async ({ id, webSocketDebuggerUrl }) => ({
      id,
      inspector: await Inspector.connect(webSocketDebuggerUrl),
    })),
  );
  for (const { inspector } of inspectors) {
    await inspector.ask("Profiler.enable");
    await inspector.ask("Profiler.setSamplingInterval", { interval: SAMPLE_MICROS });
    await inspector.ask("Profiler.start");
  }
  // Sampling itself never rests, so the end of the work is not waited for but assumed.
  const sample = await measure(stage.charla, stage.sink, cell, ({ restMs }) => delay(restMs));
  console.log(`${cell.name}: ${sample.turns} turns, ${rounded(sample.cpuMs)} CPU-ms each`);
  for (const { id, inspector } of inspectors) {
    const { profile: recorded } = (await inspector.ask("Profiler.stop")) as { profile: CpuProfile };
    writeFileSync(join(folder, `${id.replaceAll(/[^\w.-]/g, "_")}.cpuprofile`), JSON.stringify(recorded));
    print(id, byFunction(recorded), sample.turns);
    inspector.close();
  }
}
