import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Cell, gridCells, KEY_CELLS, measure, type Sample, settle } from "./cells.ts";
import { type IdleCost, idleCost } from "./idle.ts";
import { runAccepts } from "./load/run.ts";
import { quantile } from "./measure/numbers.ts";
import { type BenchOptions, readOptions } from "./options.ts";
import { profileCell } from "./profile.ts";
import { jsonReport, printReport } from "./report.ts";
import { grossRatios, type Measured, type Name, type Repeat } from "./results.ts";
import { Stage } from "./stage.ts";

const IDLE_CONVERSATIONS = 5_000;
const ACCEPTS = { conversations: 20, messages: 10 };
const profileFolder = fileURLToPath(new URL("../.charla/profile", import.meta.url));

async function repeatOnce(stage: Stage, cells: Cell[], repeat: number): Promise<Repeat> {
  const found: Record<Name, Map<string, Sample>> = { bare: new Map(), charla: new Map() };
  let accepts: number[] = [];
  for (const cell of cells) {
    for (const subject of stage.order(repeat)) {
      const sample = await measure(subject, stage.sink, cell);
      found[subject.name].set(cell.name, sample);
      const { cpuMs, p50, ackP95 } = sample;
      const shown = [cpuMs, p50, ackP95].map((value) => value.toFixed(2).padStart(8)).join("");
      console.log(
        `${String(repeat + 1)}  ${cell.name.padEnd(12)}${subject.name.padEnd(8)}${shown}   CPU-ms, p50, ack p95`,
      );
    }
    if (cell.name !== KEY_CELLS.alone) continue;
    accepts = await runAccepts(stage.bare, ACCEPTS.conversations, ACCEPTS.messages);
    await settle(stage.bare);
  }
  return { cells: found, acceptP50: quantile(accepts, 0.5), acceptP95: quantile(accepts, 0.95) };
}

async function warmUp(stage: Stage, cells: Cell[]): Promise<void> {
  const cell = cells.find(({ name }) => name === KEY_CELLS.plain);
  if (cell === undefined) throw new Error("no cell to warm up with");
  for (const subject of stage.order(0))
    await measure(subject, stage.sink, { ...cell, conversations: cell.concurrency });
}

async function onStage<T>(options: BenchOptions, work: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await Stage.open(options.port, options.profile);
  try {
    return await work(stage);
  } finally {
    await stage.close();
  }
}

async function measureAll(options: BenchOptions): Promise<Measured> {
  const cells = gridCells(options.size);
  const measured: Measured = await onStage(options, async (stage) => {
    const startMs = { bare: stage.bare.startMs, charla: stage.charla.startMs };
    await warmUp(stage, cells);
    const repeats: Repeat[] = [];
    for (let repeat = 0; repeat < options.repeats; repeat++) repeats.push(await repeatOnce(stage, cells, repeat));
    return { repeats, cells, idle: null, startMs, errors: await stage.errors() };
  });
  if (options.size !== "full") return measured;
  // Servers that have just started: memory that an earlier load has left behind would hide what is measured here.
  return await onStage(options, async (stage) => {
    const idle: Partial<Record<Name, IdleCost>> = {};
    for (const subject of stage.order(0)) idle[subject.name] = await idleCost(subject, stage.sink, IDLE_CONVERSATIONS);
    const { bare, charla } = idle;
    const errors = [...measured.errors, ...(await stage.errors())];
    return { ...measured, errors, idle: bare && charla ? { bare, charla } : null };
  });
}

async function profileOne(options: BenchOptions): Promise<void> {
  const cells = gridCells("quick");
  const cell = cells.find(({ name }) => name === options.cell);
  if (cell === undefined) throw new Error(`--cell is one of: ${cells.map(({ name }) => name).join(", ")}`);
  await onStage(options, async (stage) => {
    await measure(stage.charla, stage.sink, cell);
    await profileCell(stage, cell, profileFolder);
  });
}

// An end by signal runs the exit handlers too, which is where the bare server is stopped.
process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));

const options = readOptions(process.argv.slice(2));
if (options.profile) await profileOne(options);
else {
  const measured = await measureAll(options);
  printReport(measured);
  if (options.json !== undefined) writeFileSync(resolve(options.json), jsonReport(measured));
  const gross = options.size === "smoke" ? grossRatios(measured) : [];
  for (const line of gross) console.error(`far off: ${line}`);
  if (measured.errors.length > 0 || gross.length > 0) process.exitCode = 1;
}
