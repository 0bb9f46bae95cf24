import type { Language } from "./language.ts";
import { parseJson, resultSentences } from "./knowledge.ts";
import { phrases } from "./phrases.ts";
import { extractAnswer } from "./ranking.ts";
import { spaced } from "./schema.ts";
import type { ToolOutcome } from "./transcript.ts";
import { contentStems } from "./words.ts";

const MAX_ITEMS = 5;
const MAX_FIELDS = 8;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function failureOf(outcome: ToolOutcome, value: unknown): string | undefined {
  if (isRecord(value)) {
    const error = value["error"] ?? (value["ok"] === false ? value["message"] : undefined);
    if (error === undefined || error === null || error === false) return value["ok"] === false ? "" : undefined;
    if (typeof error === "string") return error;
    return isRecord(error) && typeof error["message"] === "string" ? error["message"] : "";
  }
  const failed = /^\s*(?:error\b|failed\b|tool execution (?:was )?denied)[:\s]*(.*)/is.exec(outcome.text);
  return failed ? (failed[1] ?? "").trim() : undefined;
}

const scalar = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

function describeRecord(record: Record<string, unknown>, question: string): string {
  const asked = new Set(contentStems(question));
  const fields = Object.entries(record).filter(
    ([, value]) => value !== null && value !== "" && typeof value !== "object",
  );
  const relevant = fields.filter(([key]) => contentStems(spaced(key)).some((word) => asked.has(word)));
  const nested = Object.entries(record).flatMap(([, value]) =>
    isRecord(value) || Array.isArray(value) ? [describe(value, question)] : [],
  );
  const shown = (
    relevant.length > 0 && relevant.length < fields.length ? [...new Set([...relevant, ...fields])] : fields
  ).slice(0, MAX_FIELDS);
  return [shown.map(([key, value]) => `${spaced(key)}: ${scalar(value)}`).join(", "), ...nested]
    .filter((text) => text !== "")
    .join("; ");
}

function describe(value: unknown, question: string): string {
  if (Array.isArray(value)) {
    const items: unknown[] = value.slice(0, MAX_ITEMS);
    return items.map((item) => (isRecord(item) ? describeRecord(item, question) : scalar(item))).join("; ");
  }
  return isRecord(value) ? describeRecord(value, question) : scalar(value);
}

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === "" ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && Object.values(value).every((item) => Array.isArray(item) && item.length === 0));

/** A sole number, however the tool wrapped it. */
function soleNumber(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  if (!isRecord(value)) return undefined;
  const result = value["result"] ?? value["value"] ?? value["resultado"];
  return typeof result === "number" || (typeof result === "string" && /^-?[\d.]+$/.test(result))
    ? String(result)
    : undefined;
}

const hasProse = (outcome: ToolOutcome): boolean =>
  resultSentences(outcome.text).some(({ text }) => text.split(" ").length > 5);

/** Tell the person what one tool found, from nothing but its result. */
export function phraseOutcome(outcome: ToolOutcome, question: string, language: Language): string {
  const say = phrases(language);
  const value = parseJson(outcome.text) ?? outcome.text;
  const failure = failureOf(outcome, value);
  if (failure !== undefined) return say.toolFailed(failure.slice(0, 200));
  if (isEmpty(value)) return say.nothingFound;
  const number = soleNumber(value);
  if (number !== undefined) {
    const expression = outcome.arguments["expression"];
    return typeof expression === "string" ? `${expression.trim()} = ${number}.` : say.result(number);
  }
  if (hasProse(outcome)) {
    const extract = extractAnswer(question, resultSentences(outcome.text));
    if (extract) return extract.text;
    if (typeof value !== "string") return say.nothingFound;
  }
  const told =
    typeof value === "string"
      ? resultSentences(value)
          .slice(0, 2)
          .map(({ text }) => text)
          .join(" ")
      : describe(value, question);
  return say.found(/[.!?]$/.test(told) ? told : `${told}.`);
}
