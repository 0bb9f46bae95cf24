import type { JsonSchema } from "./chat-request.ts";
import {
  datesIn,
  emailsIn,
  identifiersIn,
  labelled,
  numbersIn,
  phonesIn,
  placesIn,
  properNounsIn,
  quotedIn,
  timesIn,
  urlsIn,
} from "./extract.ts";
import { findExpression } from "./arithmetic.ts";
import { withoutCourtesy } from "./intents.ts";
import { nameOf } from "./person-facts.ts";
import { allowsNull, choose, resolve, spaced, typeOf } from "./schema.ts";
import { contentStems, fold, meaningOf } from "./words.ts";

export interface Sources {
  /** What the person wrote. */
  text: string;
  /** Fields earlier tool results of this turn gave, by name. */
  known: ReadonlyMap<string, unknown>;
}

export interface Filled {
  arguments: Record<string, unknown>;
  /** Required parameters nothing could be found for, as readable names. */
  missing: string[];
}

/** Fields of JSON tool results, so that a later call can use what an earlier one returned. */
export function knownFields(results: readonly unknown[]): Map<string, unknown> {
  const known = new Map<string, unknown>();
  const visit = (value: unknown, depth: number): void => {
    if (depth > 3 || typeof value !== "object" || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      if (typeof item === "object") visit(item, depth + 1);
      else if (!known.has(fold(spaced(key)))) known.set(fold(spaced(key)), item);
    }
  };
  for (const result of results) visit(result, 0);
  return known;
}

const named = (name: string, pattern: RegExp): boolean => pattern.test(` ${fold(spaced(name))} `);

const FREE_TEXT =
  / (?:q|query|question|text|texto|message|mensaje|consulta|pregunta|search|busqueda|prompt|input|content|body|description|descripcion|reason|motivo|summary|resumen|terms?|topic|tema|note|nota|details?|detalles?) /;
const EXPRESSION = / (?:expression|expresion|formula|operation|operacion|equation|calculation|calculo|expr) /;
const IDENTIFIER =
  / (?:id|number|numero|code|codigo|ref|reference|referencia|order|pedido|ticket|sku|tracking|invoice|factura|locator|localizador) /;
const PLACE =
  / (?:city|ciudad|place|lugar|location|ubicacion|country|pais|town|region|destination|destino|origin|origen) /;

/** Candidates for a string by what the parameter calls itself, best first. */
function stringCandidates(name: string, schema: JsonSchema, text: string): string[] {
  const about = `${name} ${schema.description ?? ""}`;
  const hint = schema.format ?? "";
  const said = labelled(text, spaced(name));
  const quoted = quotedIn(text);
  if (hint === "email" || named(name, / (?:e ?mail|correo) /)) return emailsIn(text);
  if (hint === "uri" || hint === "url" || named(name, / (?:url|uri|link|enlace|website) /)) return urlsIn(text);
  if (hint === "date" || hint === "date-time" || named(name, / (?:date|fecha|day|dia) /))
    return datesIn(text).map((date) => (hint === "date-time" && date.length === 10 ? `${date}T00:00:00Z` : date));
  if (hint === "time" || named(name, / (?:time|hora) /)) return timesIn(text);
  if (named(name, / (?:phone|telephone|telefono|movil|mobile) /)) return phonesIn(text);
  if (named(name, EXPRESSION)) return [findExpression(text) ?? []].flat();
  if (said !== undefined && !named(name, FREE_TEXT)) return [said, ...quoted];
  if (named(name, IDENTIFIER) || /\b(?:identifier|identificador|n[uú]mero de|number of the)\b/i.test(about))
    return identifiersIn(text);
  if (named(name, PLACE)) return [...placesIn(text), ...properNounsIn(text)];
  if (named(name, / (?:name|nombre|customer|cliente|person|persona) /))
    return [nameOf([text]) ?? [], quoted, properNounsIn(text)].flat();
  if (named(name, FREE_TEXT)) return [...quoted, withoutCourtesy(text)].filter((value) => value !== "");
  return [...quoted, ...properNounsIn(text)];
}

const fitsString = (value: string, schema: JsonSchema): boolean => {
  if (schema.minLength !== undefined && value.length < schema.minLength) return false;
  if (schema.pattern === undefined) return true;
  try {
    return new RegExp(schema.pattern, "u").test(value);
  } catch {
    return true;
  }
};

function pickString(name: string, schema: JsonSchema, text: string): string | undefined {
  const tokens = schema.pattern === undefined ? [] : text.split(/[\s,;!?]+|\.(?=\s|$)/);
  const value = [...stringCandidates(name, schema, text), ...tokens].find((candidate) => fitsString(candidate, schema));
  return value?.slice(0, schema.maxLength);
}

const fitsNumber = (value: number, schema: JsonSchema): boolean =>
  (schema.minimum === undefined || value >= schema.minimum) &&
  (schema.maximum === undefined || value <= schema.maximum) &&
  (schema.exclusiveMinimum === undefined || value > schema.exclusiveMinimum) &&
  (typeOf(schema) !== "integer" || Number.isInteger(value));

function pickBoolean(name: string, schema: JsonSchema, text: string): boolean | undefined {
  const asked = meaningOf(`${spaced(name)} ${schema.description ?? ""}`);
  const heard = meaningOf(text);
  const own = contentStems(spaced(name));
  const mentioned =
    own.some((word) => heard.stems.has(word)) || [...asked.concepts].some((concept) => heard.concepts.has(concept));
  if (!mentioned) return undefined;
  return !/\b(?:no|not|sin|without|don't|never|nunca)\b/i.test(text);
}

function pickArray(name: string, schema: JsonSchema, root: JsonSchema, sources: Sources): unknown[] | undefined {
  const items = resolve(schema.items ?? {}, root);
  const type = typeOf(items);
  let found: unknown[] = [];
  if (type === "number" || type === "integer")
    found = numbersIn(sources.text).filter((value) => fitsNumber(value, items));
  else if (items.enum) found = items.enum.filter((option) => choose([option], sources.text).score > 0);
  else if (type === "string") {
    const listed = labelled(sources.text.replace(/,\s*/g, " · "), spaced(name))?.split(/ · |\s(?:y|and)\s/);
    found = listed ?? stringCandidates(name.replace(/s$/, ""), items, sources.text);
  } else if (type === "object") {
    const one = fillArguments(items, sources, root);
    if (one.missing.length === 0 && Object.keys(one.arguments).length > 0) found = [one.arguments];
  }
  return found.length > 0 ? found.slice(0, schema.maxItems) : undefined;
}

/** A value for one parameter, or undefined when neither the text nor earlier results hold one. */
function pick(name: string, schema: JsonSchema, root: JsonSchema, sources: Sources, taken: Set<number>): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) {
    const choice = choose(schema.enum, sources.text, schema.description);
    return choice.score > 0 ? choice.value : undefined;
  }
  const type = typeOf(schema);
  if (type === "string") return pickString(name, schema, sources.text);
  if (type === "number" || type === "integer") {
    const said = Number(labelled(sources.text, spaced(name))?.split(" ")[0]);
    const numbers = numbersIn(sources.text);
    const at = numbers.findIndex(
      (value, index) => !taken.has(index) && fitsNumber(value, schema) && (!Number.isFinite(said) || value === said),
    );
    if (at < 0) return undefined;
    taken.add(at);
    return numbers[at];
  }
  if (type === "boolean") return pickBoolean(name, schema, sources.text);
  if (type === "array") return pickArray(name, schema, root, sources);
  if (type === "object") {
    const inner = fillArguments(schema, sources, root);
    return inner.missing.length === 0 && Object.keys(inner.arguments).length > 0 ? inner.arguments : undefined;
  }
  return undefined;
}

/** Fill an object schema from what is known; nothing is made up, so a required value may stay missing. */
export function fillArguments(given: JsonSchema, sources: Sources, root: JsonSchema = given): Filled {
  const schema = resolve(given, root);
  const filled: Filled = { arguments: {}, missing: [] };
  const taken = new Set<number>();
  const required = new Set(schema.required ?? []);
  const entries = Object.entries(schema.properties ?? {}).map(([name, raw]) => ({
    name,
    raw,
    property: resolve(raw, root),
  }));
  // Required parameters choose first, so that an optional one cannot take the only number.
  for (const { name, raw, property } of entries.toSorted(
    (a, b) => Number(required.has(b.name)) - Number(required.has(a.name)),
  )) {
    const optionalProse =
      !required.has(name) &&
      typeOf(property) === "string" &&
      !property.enum &&
      !property.format &&
      named(name, FREE_TEXT);
    const value =
      (optionalProse ? undefined : pick(name, property, root, sources, taken)) ?? sources.known.get(fold(spaced(name)));
    if (value !== undefined) filled.arguments[name] = value;
    else if (required.has(name)) {
      if (property.default !== undefined) filled.arguments[name] = property.default;
      else if (allowsNull(raw)) filled.arguments[name] = null;
      else if (typeOf(property) === "boolean") filled.arguments[name] = false;
      else filled.missing.push(fold(spaced(name)));
    }
  }
  return filled;
}
