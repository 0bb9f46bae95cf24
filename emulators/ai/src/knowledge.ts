import { sentencesOf, type Sentence } from "./sentences.ts";
import { fold } from "./words.ts";
import { isQuestion } from "./intents.ts";
import type { Transcript } from "./transcript.ts";

// Lines that tell the assistant how to behave are orders, not things a customer may be told.
const ORDER =
  /^(?:eres|te llamas|tu nombre|actua|responde|contesta|usa|utiliza|nunca|siempre|habla|se (?:amable|breve|claro|conciso)|debes|ten en cuenta|no (?:inventes|menciones|digas|respondas|reveles|uses|des|hables|prometas)|si (?:no|el|la|te|alguien)|cuando (?:el|la|te|alguien|un)|ayuda|you (?:are|must|should|can|may|have|will)|your (?:name|job|role|task|goal)|answer|reply|respond|use|never|always|do not|don't|if|when (?:the|a|you|someone)|be |keep|act|speak|help|write|only|today is|current (?:date|time)|fecha|hora actual|hoy es)/;

const isOrder = (sentence: Sentence): boolean => ORDER.test(fold(sentence.text));

/** What the instructions and the context placed with them say about the world. */
export const systemKnowledge = (transcript: Transcript): Sentence[] =>
  sentencesOf(transcript.system).filter((sentence) => !isOrder(sentence));

/** What the person stated earlier: statements only, a question answers nothing. */
export const personStatements = (transcript: Transcript): Sentence[] =>
  transcript.history
    .filter((message) => message.role === "user")
    .flatMap((message) => sentencesOf(message.text))
    .filter((sentence) => !isQuestion(sentence.text) && sentence.text.includes(" "));

const MAX_DEPTH = 4;

/** Readable text inside a tool result: prose as it is, JSON as its texts and its "key: value" pairs. */
export function resultSentences(text: string): Sentence[] {
  const parsed = parseJson(text);
  return parsed === undefined ? sentencesOf(text) : fromJson(parsed, "", 0);
}

export function parseJson(text: string): unknown {
  if (!/^\s*[[{"\d-]|^\s*(?:true|false|null)\s*$/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function fromJson(value: unknown, heading: string, depth: number): Sentence[] {
  if (depth > MAX_DEPTH || value === null) return [];
  if (typeof value === "string")
    return sentencesOf(value).map((sentence) => ({ ...sentence, heading: `${heading} ${sentence.heading}` }));
  if (Array.isArray(value)) return value.flatMap((item: unknown) => fromJson(item, heading, depth + 1));
  if (typeof value !== "object") return [{ text: String(value), heading }];
  const entries: [string, unknown][] = Object.entries(value);
  const title = entries.find(
    ([key, item]) => /^(?:title|titulo|heading|name|nombre)$/i.test(key) && typeof item === "string",
  )?.[1];
  return entries
    .filter(([key]) => !/^(?:id|score|source|url|_.*)$|Id$/.test(key))
    .flatMap(([key, item]) => {
      const under = typeof title === "string" ? `${heading} ${title}` : heading;
      const prose = typeof item === "string" && item.includes(" ") && item.length > 24;
      if (prose || typeof item === "object") return fromJson(item, under, depth + 1);
      return [{ text: `${key}: ${String(item)}`, heading: under }];
    });
}
