import { hexOf } from "@charla/domain/hex";

const MASK = "[redacted]";

/** Invisible on every screen but read by models: control characters, direction overrides, tag characters. */
const HIDDEN = /[^\P{Cc}\t\n\r]|[\u202a-\u202e\u2066-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** A result as a model may see it: without the secrets of its configuration, in whatever coding, and without hidden text. */
export function scrub(value: unknown, secrets: readonly string[]): unknown {
  const forms = secrets.flatMap(formsOf);
  const clean = (text: string): string =>
    forms.reduce((out, form) => out.replaceAll(form, MASK), text.replaceAll(HIDDEN, "")).toWellFormed();
  return walk(value, clean);
}

export function scrubText(text: string, secrets: readonly string[]): string {
  return String(scrub(text, secrets));
}

function formsOf(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replace(/=+$/, "");
  const hex = hexOf(bytes);
  return [...new Set([secret, encodeURIComponent(secret), base64, hex])];
}

function walk(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, clean));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), walk(inner, clean)]));
}
