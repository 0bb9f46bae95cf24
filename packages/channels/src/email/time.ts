import type { Mail } from "./mail.ts";

const FUTURE_MS = 5 * 60_000;
/** Servers try for five days; what claims to be older comes from a clock that is wrong. */
const STALE_MS = 8 * 24 * 3_600_000;

export const timeOf = ({ headers }: Mail, now: number): number => timeIn(headers.get("date"), now);

export function timeIn(text: unknown, now: number): number {
  const at = typeof text === "string" ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) || at > now + FUTURE_MS || at < now - STALE_MS ? now : at;
}
