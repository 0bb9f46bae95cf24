import { egressRefusal } from "@charla/domain/egress-policy";
import { ToolFailure } from "./contract.ts";
import type { FieldValues, InputFields } from "./input-fields.ts";

const PLACEHOLDER = /\{([a-zA-Z][a-zA-Z0-9_]*)\}/g;
const ORIGIN = /^https?:\/\/[^/?#{}\s\\]+(?=[/?]|$)/i;

export const placeholdersOf = (text: string): string[] =>
  [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? "");

/** `null`, or what is wrong. The host is always written out: what a model says never chooses where we connect. */
export function templateFault(template: string, fields: InputFields): string | null {
  const origin = ORIGIN.exec(template)?.[0];
  if (origin === undefined) return "Write a full address (https://host/path) whose host holds no placeholder";
  if (template.includes("#")) return "An address with a fragment is not sent to the server";
  const rest = template.replaceAll(PLACEHOLDER, "x");
  if (/[{}]/.test(rest) || !URL.canParse(rest)) return "This is no valid address";
  // Loopback is decided where the call is made: development allows it.
  const refusal = egressRefusal(new URL(rest), { allowLoopback: true });
  if (refusal !== null) return `This address may not be used: ${refusal}`;
  const [path = ""] = template.split("?");
  for (const name of placeholdersOf(template))
    if (fields[name] === undefined) return `{${name}} is not among the input fields`;
  for (const name of placeholdersOf(path))
    if (fields[name]?.required === false) return `{${name}} stands in the path and must be required`;
  return null;
}

export const hostOf = (template: string): string =>
  new URL(ORIGIN.exec(template)?.[0] ?? "https://invalid.invalid").hostname;

/** Every value is one encoded piece of path or query; a query parameter whose value is missing is left out. */
export function expandTemplate(template: string, values: FieldValues): string {
  const [path, query] = split(template);
  const filled = fill(path, values);
  const pairs = (query ?? "")
    .split("&")
    .filter((pair) => pair !== "" && placeholdersOf(pair).every((name) => values[name] !== undefined));
  const url = pairs.length === 0 ? filled : `${filled}?${pairs.map((pair) => fill(pair, values)).join("&")}`;
  const parsed = URL.parse(url);
  const origin = ORIGIN.exec(template)?.[0] ?? "";
  // Dots are not encoded: a value of ".." would climb out of the path the author wrote.
  const written = filled.slice(origin.length) || "/";
  if (
    parsed === null ||
    parsed.origin !== new URL(origin).origin ||
    normalised(parsed.pathname) !== normalised(written)
  ) {
    throw new ToolFailure("INVALID_INPUT", "A value does not fit into the address");
  }
  return parsed.href;
}

function split(template: string): [string, string | undefined] {
  const at = template.indexOf("?");
  return at === -1 ? [template, undefined] : [template.slice(0, at), template.slice(at + 1)];
}

const fill = (text: string, values: FieldValues): string =>
  text.replaceAll(PLACEHOLDER, (_, name: string) => encodeURIComponent(String(values[name] ?? "").toWellFormed()));

const normalised = (path: string): string => path.replaceAll(/%[0-9a-f]{2}/gi, (code) => code.toUpperCase());
