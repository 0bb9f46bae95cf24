import { AppError } from "@charla/domain/errors";
import { cutAt, wellFormed } from "../clean-text.ts";
import { Rejection } from "../http/event-fields.ts";
import { isRecord, parseJsonBody } from "../json-body.ts";

/** Readers of Meta's JSON. Whatever is missing or of another type reads as absent; the caller says what must be there. */
export type Fields = Record<string, unknown>;

const MAX_RAW = 16_000;
const SECONDS = /^\d{1,11}$/;

export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? wellFormed(value) : undefined;

export const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const recordsOf = (value: unknown): Fields[] => listOf(value).filter(isRecord);

/** At most so long, for names and titles that people chose. */
export const shortOf = (value: unknown, max: number): string | undefined => {
  const text = textOf(value);
  return text === undefined ? undefined : cutAt(text, max);
};

/** Seconds since 1970, mostly as text; milliseconds for what reads it. */
export function timeOfSeconds(value: unknown): number {
  const seconds = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof seconds !== "string" || !SECONDS.test(seconds)) throw new Rejection("invalid_timestamp");
  return Number(seconds) * 1000;
}

/** The body of a webhook: `{object, entry: […]}` about the object that the channel reads. */
export function entriesOf(rawBody: Uint8Array, object: string): unknown[] {
  const body = parseJsonBody(rawBody);
  if (!isRecord(body) || body["object"] !== object) throw malformed(`this is no webhook about ${object}`);
  if (!Array.isArray(body["entry"])) throw malformed("entry must be a list");
  return body["entry"];
}

export const rawOf = (item: unknown): string => cutAt(wellFormed(JSON.stringify(item) ?? "null"), MAX_RAW);

function malformed(message: string): AppError {
  return new AppError("BAD_REQUEST", message, { publicMessage: message });
}
