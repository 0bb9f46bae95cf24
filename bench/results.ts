import type { Cell, Sample } from "./cells.ts";
import { KEY_CELLS } from "./cells.ts";
import type { IdleCost } from "./idle.ts";
import { median, rounded } from "./measure/numbers.ts";

export type Name = "bare" | "charla";

/** One pass over all cells; ratios are taken within a pass, because the machine differs more between passes than within. */
export type Repeat = {
  cells: Record<Name, Map<string, Sample>>;
  /** p95 of a durable accept of the bare Worker, in milliseconds. */
  acceptP95: number;
  acceptP50: number;
};

export type Measured = {
  repeats: Repeat[];
  cells: Cell[];
  idle: Record<Name, IdleCost> | null;
  startMs: Record<Name, number>;
  errors: string[];
};

export type Ratios = {
  turnCpuToBareTurn: number;
  addedP50ToBareTurn: number;
  ackToBareAccept: number;
  firstMessageToBare: number;
  longToShortConversation: number;
  toolToPlainTurn: number;
  diskToBare: number | null;
  memoryToBare: number | null;
};

export const TARGETS: Record<keyof Ratios, number> = {
  turnCpuToBareTurn: 2.5,
  addedP50ToBareTurn: 3,
  ackToBareAccept: 2,
  firstMessageToBare: 2,
  longToShortConversation: 1.2,
  toolToPlainTurn: 1.7,
  diskToBare: 2,
  memoryToBare: 2,
};

/** Far beyond what a busy machine does to a ratio of two numbers of the same run. */
const GROSSLY = 2;

/** What is so far off that no machine explains it: compared is only what ran on the same servers, one after the other. */
export const grossRatios = (measured: Measured): string[] => {
  const { longToShortConversation, toolToPlainTurn } = ratiosOf(measured);
  return Object.entries({ longToShortConversation, toolToPlainTurn })
    .filter(([name, value]) => value > GROSSLY * TARGETS[name as keyof Ratios])
    .map(([name, value]) => `${name} is ${value}`);
};

export function sampleOf(repeat: Repeat, name: Name, cell: string): Sample {
  const sample = repeat.cells[name].get(cell);
  if (sample === undefined) throw new Error(`${cell} was not measured on ${name}`);
  return sample;
}

export function ratiosOf({ repeats, idle }: Measured): Ratios {
  const of = (ratio: (repeat: Repeat) => number): number => rounded(median(repeats.map(ratio)));
  const toBare = (cell: string, value: (sample: Sample) => number): number =>
    of((repeat) => value(sampleOf(repeat, "charla", cell)) / value(sampleOf(repeat, "bare", cell)));
  const within = (cell: string, other: string): number =>
    of((repeat) => sampleOf(repeat, "charla", cell).cpuMs / sampleOf(repeat, "charla", other).cpuMs);
  return {
    turnCpuToBareTurn: toBare(KEY_CELLS.plain, ({ cpuMs }) => cpuMs),
    addedP50ToBareTurn: toBare(KEY_CELLS.alone, ({ p50 }) => p50),
    ackToBareAccept: of((repeat) => sampleOf(repeat, "charla", KEY_CELLS.alone).ackP95 / repeat.acceptP95),
    firstMessageToBare: toBare(KEY_CELLS.first, ({ cpuMs }) => cpuMs),
    longToShortConversation: within(KEY_CELLS.long, KEY_CELLS.plain),
    toolToPlainTurn: within(KEY_CELLS.tool, KEY_CELLS.plain),
    diskToBare: idle && rounded(idle.charla.diskBytes / idle.bare.diskBytes),
    memoryToBare: idle && rounded(idle.charla.memoryBytes / idle.bare.memoryBytes),
  };
}
