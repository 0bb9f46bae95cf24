import { isRecord } from "../json-body.ts";
import { Rejection } from "../http/event-fields.ts";

/** Readers of the Bot API's JSON; what must be there and is not makes the update a refused item. */
export type Fields = Record<string, unknown>;

export const recordOf = (value: unknown): Fields | undefined => (isRecord(value) ? value : undefined);

export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

export const recordsOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** Ids exceed 32 bits but never 52, so the number is exact; outside of the vendor's JSON they are text. */
export function idOf(value: unknown, what: string): string {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new Rejection(`invalid_${what}`);
  return String(value);
}

export const optionalId = (value: unknown): string | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) ? String(value) : undefined;

/** Seconds since 1970. */
export function timeOf(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value <= 0) throw new Rejection(`invalid_${what}`);
  return value * 1000;
}
