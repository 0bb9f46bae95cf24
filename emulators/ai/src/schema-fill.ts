import { fillArguments } from "./arguments.ts";
import type { JsonSchema } from "./chat-request.ts";
import { numbersIn } from "./extract.ts";
import { isQuestion } from "./intents.ts";
import { detectLanguage } from "./language.ts";
import { attributesOf, nameOf } from "./person-facts.ts";
import { allowsNull, choose, resolve, spaced, typeOf } from "./schema.ts";
import { sentencesOf } from "./sentences.ts";
import { keywords, summarise } from "./summary.ts";
import { fold } from "./words.ts";

export interface FillSource {
  /** The text to classify or to take values from. */
  text: string;
  /** What the model would answer in prose. */
  reply: string;
}

const MAX_DEPTH = 6;
const called = (name: string, pattern: RegExp): boolean => pattern.test(` ${fold(spaced(name))} `);

const PROSE = / (?:answer|respuesta|reply|response|message|mensaje) /;
const SUMMARY = / (?:summary|resumen|title|titulo|headline|gist|synopsis|subject|asunto) /;
const REASON = / (?:reason|reasoning|motivo|explanation|rationale|why|justification) /;
const LANGUAGE = / (?:language|lang|idioma|locale) /;
const LIKELIHOOD = / (?:confidence|score|probability|certainty|confianza|relevance|likelihood) /;
const TEXT = / (?:text|texto|content|contenido|fact|hecho|statement|memory|note|point|sentence|element|query) /;
const KEYWORDS = / (?:keywords?|tags?|topics?|etiquetas?|temas?|palabras) /;
const FACTS = / (?:facts?|memories|memory|hechos|datos|points?|puntos|statements?|notes?) /;
const QUESTIONS = / (?:questions?|preguntas?|queries) /;

function fillString(name: string, schema: JsonSchema, source: FillSource): string {
  const limit = schema.maxLength ?? 400;
  if (called(name, LANGUAGE)) return detectLanguage(source.text);
  if (called(name, SUMMARY)) return summarise(source.text, Math.min(limit, 240)).slice(0, limit);
  if (called(name, PROSE)) return source.reply.slice(0, limit);
  if (called(name, REASON)) return summarise(source.text, 160).slice(0, limit);
  if (schema.format === "date-time") return "1970-01-01T00:00:00Z";
  if (schema.format === "date") return "1970-01-01";
  return called(name, TEXT) ? source.text.slice(0, limit) : "".padEnd(schema.minLength ?? 0, "-");
}

function fillNumber(name: string, schema: JsonSchema, source: FillSource, evidence: number): number {
  const low = schema.minimum ?? (schema.exclusiveMinimum === undefined ? 0 : schema.exclusiveMinimum + 1);
  const wanted = called(name, LIKELIHOOD)
    ? Math.min(0.95, 0.4 + evidence * 0.15) * (schema.maximum ?? 1)
    : (numbersIn(source.text)[0] ?? low);
  const bounded = Math.min(schema.maximum ?? Number.MAX_SAFE_INTEGER, Math.max(low, wanted));
  return typeOf(schema) === "integer" ? Math.round(bounded) : Number(bounded.toFixed(4));
}

function fillBoolean(name: string, source: FillSource): boolean {
  if (called(name, / question | pregunta /)) return isQuestion(source.text);
  if (called(name, / urgent | urgente /))
    return /\b(?:urgente?|urgently|asap|cuanto antes|right now|ya mismo)\b/i.test(source.text);
  if (called(name, / human | humano | handoff | handover | escalate | person | persona /))
    return /\b(?:persona|humano|agente|human|person|agent|operador|operator)\b/i.test(source.text);
  const taken = fillArguments(
    { type: "object", properties: { [name]: { type: "boolean" } } },
    { text: source.text, known: new Map() },
  ).arguments[name];
  return taken === true;
}

function fillArray(name: string, schema: JsonSchema, root: JsonSchema, source: FillSource, depth: number): unknown[] {
  const items = resolve(schema.items ?? {}, root);
  const most = schema.maxItems ?? 5;
  const statements = sentencesOf(source.text).map((sentence) => sentence.text);
  let found: unknown[] = [];
  if (items.enum) {
    const fitting = items.enum.filter((option) => choose([option], source.text, items.description).score > 0);
    found = fitting.length > 0 ? fitting : [choose(items.enum, source.text).value];
  } else if (typeOf(items) === "string") {
    if (called(name, KEYWORDS)) found = keywords(source.text, most);
    else if (called(name, QUESTIONS)) found = statements.filter(isQuestion);
    else if (called(name, FACTS))
      found = statements.filter(
        (text) => !isQuestion(text) && (attributesOf(text).length > 0 || nameOf([text]) !== undefined),
      );
    else found = takenArray(name, schema, root, source);
  } else if (typeOf(items) === "object") {
    const required = items.required ?? [];
    found = statements
      .map((text) => ({ text, own: fillArguments(items, { text, known: new Map() }, root) }))
      .filter(({ own }) => own.missing.length < Math.max(1, required.length) && Object.keys(own.arguments).length > 0)
      .map(({ text }) => fill(name, items, root, { text, reply: source.reply }, depth + 1));
  } else found = takenArray(name, schema, root, source);
  while (found.length < (schema.minItems ?? 0) && depth < MAX_DEPTH)
    found.push(fill(name, items, root, source, depth + 1));
  return found.slice(0, most);
}

function takenArray(name: string, schema: JsonSchema, root: JsonSchema, source: FillSource): unknown[] {
  const taken = fillArguments(
    { type: "object", properties: { [name]: schema } },
    { text: source.text, known: new Map() },
    root,
  ).arguments[name];
  return Array.isArray(taken) ? taken : [];
}

function fillObject(schema: JsonSchema, root: JsonSchema, source: FillSource, depth: number): Record<string, unknown> {
  const taken = fillArguments(schema, { text: source.text, known: new Map() }, root).arguments;
  const filled: Record<string, unknown> = {};
  for (const [name, raw] of Object.entries(schema.properties ?? {})) {
    const property = resolve(raw, root);
    const scalar = typeOf(property) === "string" || typeOf(property) === "number" || typeOf(property) === "integer";
    const ownRule =
      property.enum === undefined &&
      [PROSE, SUMMARY, REASON, LANGUAGE, LIKELIHOOD, TEXT].some((rule) => called(name, rule));
    const value = scalar && !ownRule ? taken[name] : undefined;
    if (value !== undefined && value !== null) filled[name] = value;
    else if (allowsNull(raw) && !ownRule && scalar) filled[name] = null;
    else if ((schema.required?.includes(name) ?? false) || !scalar || ownRule)
      filled[name] = fill(name, property, root, source, depth + 1);
  }
  return filled;
}

/** How strongly the text speaks for the enumerations of this schema: feeds its confidence fields. */
const evidenceFor = (root: JsonSchema, text: string): number =>
  Math.max(
    0,
    ...Object.values(root.properties ?? {}).map((property) =>
      property.enum ? choose(property.enum, text, property.description).score : 0,
    ),
  );

function fill(name: string, given: JsonSchema, root: JsonSchema, source: FillSource, depth: number): unknown {
  const schema = resolve(given, root);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return choose(schema.enum, source.text, schema.description).value;
  const type = typeOf(schema);
  if (type === "object") return depth > MAX_DEPTH ? {} : fillObject(schema, root, source, depth);
  if (type === "array") return depth > MAX_DEPTH ? [] : fillArray(name, schema, root, source, depth);
  if (type === "boolean") return fillBoolean(name, source);
  if (type === "number" || type === "integer") return fillNumber(name, schema, source, evidenceFor(root, source.text));
  return type === "null" ? null : fillString(name, schema, source);
}

/** A value of exactly the given schema, from the text where it says something and neutral where it does not. */
export const fillSchema = (schema: JsonSchema, source: FillSource): unknown =>
  fill(schema.title ?? "result", schema, schema, source, 0);
