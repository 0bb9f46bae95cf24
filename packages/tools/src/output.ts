import { isTooDeep } from "./json-depth.ts";
import { scrub, scrubText } from "./scrub.ts";

/** What a model gets to read of one result; more would push the conversation out of its window. */
export const MAX_OUTPUT_BYTES = 32 * 1024;

const encoder = new TextEncoder();

/** A result that may be stored, sent to another Worker and shown to a model. */
export function outputFor(value: unknown, secrets: readonly string[]): { output: unknown; truncated: boolean } {
  const text = JSON.stringify(value) ?? "null";
  const { read } = encoder.encodeInto(text, new Uint8Array(Math.min(MAX_OUTPUT_BYTES, text.length * 3)));
  if (read < text.length) return { output: scrubText(text.slice(0, read), secrets), truncated: true };
  if (isTooDeep(text)) return { output: scrubText(text, secrets), truncated: true };
  return { output: scrub(value ?? null, secrets), truncated: false };
}
