import type * as z from "zod";
import type { FieldValue, FieldValues } from "./input-fields.ts";

type Json = z.core.util.JSONType;

const WHOLE = /^\{([a-zA-Z][a-zA-Z0-9_]*)\}$/;
const PART = /\{([a-zA-Z][a-zA-Z0-9_]*)\}/g;

/** Names used in a body: strings that are one placeholder keep the value's type, others are filled as text. */
export function namesInBody(body: Json): string[] {
  if (typeof body === "string") return [...body.matchAll(PART)].map((match) => match[1] ?? "");
  if (Array.isArray(body)) return body.flatMap(namesInBody);
  return typeof body === "object" && body !== null ? Object.values(body).flatMap(namesInBody) : [];
}

export function fillBody(body: Json, values: FieldValues): Json | undefined {
  if (typeof body === "string") {
    const whole = WHOLE.exec(body)?.[1];
    return whole === undefined ? body.replaceAll(PART, (_, name: string) => String(values[name] ?? "")) : values[whole];
  }
  if (Array.isArray(body)) return body.map((item) => fillBody(item, values)).filter((item) => item !== undefined);
  if (typeof body !== "object" || body === null) return body;
  const entries = Object.entries(body).map(([key, value]): [string, Json | undefined] => [
    key,
    fillBody(value, values),
  ]);
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

export const valuesExcept = (values: FieldValues, names: readonly string[]): Record<string, FieldValue> =>
  Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, FieldValue] => entry[1] !== undefined && !names.includes(entry[0]),
    ),
  );
