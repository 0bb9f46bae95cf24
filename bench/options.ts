import { parseArgs } from "node:util";

/** `quick` is for between two edits; `smoke` is for every change: it shows errors and what has become wildly slow. */
export type Size = "full" | "quick" | "smoke";

export type BenchOptions = {
  size: Size;
  /** Record CPU profiles of the Workers instead of measuring. */
  profile: boolean;
  /** Which way of talking is profiled. */
  cell: string;
  repeats: number;
  json: string | undefined;
  /** First of a handful of consecutive ports. */
  port: number;
};

const usage = `npm run bench -- [--quick | --smoke] [--repeats N] [--json FILE] [--profile [--cell NAME]] [--port N]`;

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new Error(`--${name} takes a whole number\n${usage}`);
  return value;
}

export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      smoke: { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
      cell: { type: "string", default: "16x10" },
      repeats: { type: "string" },
      json: { type: "string" },
      port: { type: "string", default: "22000" },
    },
  });
  const size = values.smoke ? "smoke" : values.quick ? "quick" : "full";
  return {
    size,
    profile: values.profile,
    cell: values.cell,
    repeats: wholeNumber("repeats", values.repeats ?? (size === "full" ? "3" : "1"), 1),
    json: values.json,
    port: wholeNumber("port", values.port, 1024),
  };
}
