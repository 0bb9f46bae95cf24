/** One thing that a run must show, with its number. */
export type Line = { what: string; value: string; limit: string; ok: boolean };

export const none = (what: string, found: readonly string[]): Line => ({
  what,
  value: found.length === 0 ? "0" : `${found.length}: ${found.slice(0, 4).join("; ")}`,
  limit: "0",
  ok: found.length === 0,
});

export const atLeast = (what: string, value: number, least: number): Line => ({
  what,
  value: String(value),
  limit: `≥ ${least}`,
  ok: value >= least,
});

export const atMost = (what: string, value: number, most: number, unit = ""): Line => ({
  what,
  value: `${value}${unit}`,
  limit: `≤ ${most}${unit}`,
  ok: value <= most,
});

export const shown = (what: string, value: number | string): Line => ({
  what,
  value: String(value),
  limit: "any",
  ok: true,
});

export function linesTable(lines: readonly Line[]): string {
  const width = Math.max(...lines.map(({ what }) => what.length));
  return lines
    .map(({ what, value, limit, ok }) => `${ok ? "  ok " : "FAIL "} ${what.padEnd(width)}  ${value}  (${limit})`)
    .join("\n");
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
