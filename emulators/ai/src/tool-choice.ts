import { findExpression } from "./arithmetic.ts";
import { fillArguments, knownFields, type Filled, type Sources } from "./arguments.ts";
import type { ChatRequest, JsonSchema, ToolCall, ToolSpec } from "./chat-request.ts";
import { urlsIn } from "./extract.ts";
import { isQuestion, withoutCourtesy } from "./intents.ts";
import { parseJson } from "./knowledge.ts";
import { resolve, spaced, typeOf } from "./schema.ts";
import type { Transcript } from "./transcript.ts";
import { contentStems, meaningOf } from "./words.ts";

export interface ToolDecision {
  calls: Omit<ToolCall, "id">[];
  /** Set when a tool fits but the person has not said everything it needs. */
  missing: string[];
}

const MAX_ROUNDS = 4;
const FITS = 1.5;

const CALCULATOR = /calc|arithmetic|aritm|\bmath/i;
const SEARCH = /search|buscar|busca|knowledge|conocimiento|retriev|lookup|faq|documents?\b|documentos/i;
const HANDOVER = /hand ?over|hand ?off|escalate|human|humano|transfer/i;
// Words that fill tool descriptions and say nothing about what the tool is for.
const EMPTY_WORDS = new Set(
  contentStems(
    "get fetch use tool return returns given obtener obtiene devuelve usar herramienta call list create value data information datos informacion json customer cliente user usuario",
  ),
);

const isCalculator = (tool: ToolSpec): boolean =>
  CALCULATOR.test(spaced(tool.name)) ||
  /\b(?:evaluate|calculate|calcula)\b.*\b(?:expression|expresi[oó]n)/i.test(tool.description);

const requiredOf = (schema: JsonSchema): [string, JsonSchema][] =>
  Object.entries(resolve(schema, schema).properties ?? {}).filter(([name]) => schema.required?.includes(name) ?? false);

const isSearch = (tool: ToolSpec): boolean => {
  const required = requiredOf(tool.parameters);
  const property = required[0]?.[1];
  const free =
    required.length === 1 &&
    property !== undefined &&
    typeOf(property) === "string" &&
    !property.enum &&
    !property.format;
  return free && SEARCH.test(`${spaced(tool.name)} ${tool.description}`) && !/url|http/i.test(tool.name);
};

/** How much of the request speaks of this tool: its name weighs most, then its description and parameters. */
function affinity(tool: ToolSpec, text: string): number {
  const heard = meaningOf(text);
  const useful = (value: string) => contentStems(value).filter((word) => !EMPTY_WORDS.has(word));
  const schema = resolve(tool.parameters, tool.parameters);
  const parameters = Object.entries(schema.properties ?? {});
  const enumerated = parameters.flatMap(([, property]) => (property.enum ?? []).map((value) => spaced(String(value))));
  const inName = new Set(useful(spaced(tool.name)));
  const inDescription = new Set(useful(tool.description));
  const inParameters = new Set([
    ...parameters.flatMap(([name]) => useful(spaced(name))),
    ...enumerated.flatMap(useful),
  ]);
  let score = 0;
  for (const word of heard.stems) {
    if (inName.has(word)) score += 1.5;
    else if (inDescription.has(word)) score += 1;
    else if (inParameters.has(word)) score += 0.75;
  }
  const named = meaningOf(spaced(tool.name)).concepts;
  const described = meaningOf(tool.description).concepts;
  for (const concept of heard.concepts) {
    if (named.has(concept)) score += 1.5;
    else if (described.has(concept)) score += 0.75;
  }
  return score;
}

const sameCall = (call: Omit<ToolCall, "id">, name: string, given: Record<string, unknown>): boolean =>
  call.name === name && canonical(call.arguments) === canonical(given);

const canonical = (value: unknown): string =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? `{${Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => `${key}:${canonical(item)}`)
        .join()}}`
    : JSON.stringify(value);

/** The request, with the message before it when this one only supplies a value ("es el 48213"). */
function requestText(transcript: Transcript): string {
  const ask = withoutCourtesy(transcript.ask) || transcript.ask;
  const bare =
    contentStems(ask).filter((word) => !/\d/.test(word)).length <= 1 && /[\d@]/.test(ask) && !isQuestion(ask);
  const before = transcript.history.findLast((message) => message.role === "user")?.text;
  return bare && before !== undefined ? `${before}\n${ask}` : ask;
}

interface Candidate {
  tool: ToolSpec;
  score: number;
  filled: Filled;
}

function consider(tool: ToolSpec, text: string, sources: Sources, wantsHuman: boolean): Candidate {
  const filled = fillArguments(tool.parameters, sources);
  const expression = findExpression(text);
  if (isCalculator(tool)) return { tool, score: expression === undefined ? 0 : 5, filled };
  if (wantsHuman && HANDOVER.test(spaced(tool.name))) return { tool, score: 5, filled };
  const needsUrl = requiredOf(tool.parameters).some(
    ([name, property]) => property.format === "uri" || /^(?:url|uri|link)$/i.test(name),
  );
  if (needsUrl) return { tool, score: urlsIn(text).length > 0 ? 3 : 0, filled };
  return { tool, score: isSearch(tool) ? 0 : affinity(tool, text), filled };
}

function forced(request: ChatRequest, candidates: Candidate[]): Candidate | undefined {
  if (request.toolChoice.mode === "named") {
    const { name } = request.toolChoice;
    return candidates.find(({ tool }) => tool.name === name);
  }
  return candidates.toSorted((a, b) => b.score - a.score)[0];
}

/** Which tools to call now. `answerable` says whether the context already answers, so that a search would be waste. */
export function chooseTools(
  request: ChatRequest,
  transcript: Transcript,
  facts: { answerable: boolean; smallTalk: boolean; wantsHuman: boolean },
): ToolDecision {
  const nothing: ToolDecision = { calls: [], missing: [] };
  if (request.tools.length === 0 || request.toolChoice.mode === "none" || transcript.outcomes.length >= MAX_ROUNDS * 2)
    return nothing;
  const text = requestText(transcript);
  const sources: Sources = { text, known: knownFields(transcript.outcomes.map((outcome) => parseJson(outcome.text))) };
  const candidates = request.tools.map((tool) => consider(tool, text, sources, facts.wantsHuman));
  const done = transcript.outcomes;
  if (request.toolChoice.mode !== "auto" && done.length === 0) {
    const choice = forced(request, candidates);
    return choice ? { calls: [{ name: choice.tool.name, arguments: choice.filled.arguments }], missing: [] } : nothing;
  }
  if (facts.smallTalk) return nothing;
  const best = Math.max(...candidates.map(({ score }) => score));
  const fitting = candidates.filter(({ score }) => score >= FITS && score >= best * 0.6);
  const fresh = fitting.filter(
    ({ tool, filled }) =>
      !done.some((call) => call.name === tool.name || sameCall({ ...call }, tool.name, filled.arguments)),
  );
  const complete = fresh.filter(({ filled }) => filled.missing.length === 0);
  if (complete.length > 0)
    return {
      calls: complete.map(({ tool, filled }) => ({ name: tool.name, arguments: filled.arguments })),
      missing: [],
    };
  if (done.length > 0) return nothing;
  const wanting = fresh.toSorted((a, b) => b.score - a.score)[0];
  const supplier = wanting && supplierOf(wanting.filled.missing, candidates);
  if (supplier) return { calls: [{ name: supplier.tool.name, arguments: supplier.filled.arguments }], missing: [] };
  const search = request.tools.find(isSearch);
  // Only its own records can answer a question about "my order"; a search over documents cannot.
  const personal = /\b(?:mi|mis|my)\b/i.test(text);
  if (search && !facts.answerable && !(wanting && personal) && (fitting.length === 0 || isQuestion(text))) {
    return { calls: searchCalls(search, sources), missing: [] };
  }
  return wanting ? { calls: [], missing: wanting.filled.missing } : nothing;
}

/** A tool that can be called now and is about what another one lacks: find the customer, then list their orders. */
function supplierOf(missing: readonly string[], candidates: readonly Candidate[]): Candidate | undefined {
  const lacking = new Set(missing.flatMap(contentStems));
  return candidates.find(
    ({ tool, filled }) =>
      filled.missing.length === 0 &&
      Object.keys(filled.arguments).length > 0 &&
      !isSearch(tool) &&
      contentStems(spaced(tool.name)).some((word) => lacking.has(word)),
  );
}

function searchCalls(tool: ToolSpec, sources: Sources): ToolDecision["calls"] {
  const filled = fillArguments(tool.parameters, sources);
  const field = requiredOf(tool.parameters)[0]?.[0];
  if (field === undefined) return [];
  return [{ name: tool.name, arguments: { ...filled.arguments, [field]: withoutCourtesy(sources.text) } }];
}
