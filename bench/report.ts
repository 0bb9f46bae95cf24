import { cpus, release, totalmem } from "node:os";
import type { Sample } from "./cells.ts";
import { median, rounded } from "./measure/numbers.ts";
import { type Measured, type Name, ratiosOf, sampleOf, TARGETS } from "./results.ts";

const NAMES: readonly Name[] = ["bare", "charla"];
const COLUMNS = ["cpuMs", "perSecond", "p50", "p95", "p99", "ackP50", "ackP95", "writtenKb"] as const;

/** Medians over the repeats, each number for itself. */
function summary(measured: Measured, name: Name, cell: string): Omit<Sample, "turns"> {
  const value = (column: (typeof COLUMNS)[number]): number =>
    rounded(median(measured.repeats.map((repeat) => sampleOf(repeat, name, cell)[column])));
  const [cpuMs, perSecond, p50, p95, p99, ackP50, ackP95, writtenKb] = COLUMNS.map(value);
  return Object.fromEntries(
    Object.entries({ cpuMs, perSecond, p50, p95, p99, ackP50, ackP95, writtenKb }).map(([key, number]) => [
      key,
      number ?? 0,
    ]),
  ) as Omit<Sample, "turns">;
}

export function printReport(measured: Measured): void {
  const head = ["cell", "", ...COLUMNS];
  const rows = measured.cells.flatMap(({ name: cell }) =>
    NAMES.map((name) => [cell, name, ...COLUMNS.map((column) => summary(measured, name, cell)[column].toFixed(2))]),
  );
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]): string =>
    cells
      .map((text, column) => (column < 2 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join("  ");
  console.log(`\n${line(head)}`);
  for (const row of rows) console.log(line(row));
  console.log(
    "\nCell: conversations at once x messages each. cpuMs: CPU of all server processes per turn (= CPU-s per 1,000 turns).",
  );
  console.log("p50/p95/p99: ms from webhook sent to call-back received, less the model's time. ack: ms to the 2xx.");
  const accept = (value: "acceptP50" | "acceptP95"): number =>
    rounded(median(measured.repeats.map((repeat) => repeat[value])));
  console.log(`Bare durable accept: p50 ${accept("acceptP50")} ms, p95 ${accept("acceptP95")} ms.`);
  console.log(
    `Start-up: bare ${rounded(measured.startMs.bare, 0)} ms, charla ${rounded(measured.startMs.charla, 0)} ms.`,
  );
  for (const name of NAMES) {
    const idle = measured.idle?.[name];
    if (idle === undefined) continue;
    const bytes = (value: number): string => rounded(value, 0).toLocaleString("en");
    console.log(
      `Idle conversation, ${name}: ${bytes(idle.diskBytes)} bytes in its object (${bytes(idle.storeBytes)} in all stores), ` +
        `${bytes(idle.memoryBytes)} bytes of memory after eviction (${bytes(idle.residentBytes)} before).`,
    );
  }
  console.log();
  for (const [name, value] of Object.entries(ratiosOf(measured))) {
    const target = Object.entries(TARGETS).find(([key]) => key === name)?.[1] ?? Number.NaN;
    const verdict = value === null ? "not measured" : value <= target ? "ok" : "ABOVE";
    console.log(
      `${name.padEnd(24)} ${String(value ?? "-").padStart(6)}  target ${String(target).padStart(4)}  ${verdict}`,
    );
  }
  for (const error of measured.errors) console.error(`error: ${error}`);
  console.log(`\n${measured.errors.length} errors`);
}

export function jsonReport(measured: Measured): string {
  const cells = Object.fromEntries(
    measured.cells.map(({ name: cell, ...load }) => [
      cell,
      { ...load, ...Object.fromEntries(NAMES.map((name) => [name, summary(measured, name, cell)])) },
    ]),
  );
  const report = {
    ratios: ratiosOf(measured),
    targets: TARGETS,
    errors: measured.errors,
    repeats: measured.repeats.length,
    cells,
    accept: measured.repeats.map(({ acceptP50, acceptP95 }) => ({ p50: rounded(acceptP50), p95: rounded(acceptP95) })),
    idle: measured.idle,
    startMs: measured.startMs,
    machine: {
      cpus: cpus().length,
      model: cpus()[0]?.model,
      memoryBytes: totalmem(),
      kernel: release(),
      node: process.version,
    },
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
