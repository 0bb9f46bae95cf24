import { wordsOf } from "./words.ts";

/** A sentence that speaks to the agent, not to people. `from` and `to` bound the words that give it away. */
export type Directive = { words: string[]; from: number; to: number };

const PERSON = "(?:customers?|users?|clients?|persons?|visitors?|callers?|guests?|patients?|contacts?)";
const SOMEBODY = `(?:(?:the |a |an |any )?${PERSON}|somebody|someone|anybody|anyone|they|people|asked|you are asked)`;
const PERSONA = "(?:clientes?|usuari[oa]s?|personas?|visitantes?|pacientes?|interlocutor|contacto)";
const ALGUIEN = `(?:(?:el |la |los |las |un |una |algun |alguna )?${PERSONA}|alguien|te (?:preguntan?|piden?|dicen?)|preguntan|piden|no sabes)`;

/**
 * How authors talk to an agent, in Spanish and in English. Only turns of phrase that nobody uses towards a customer: "use the side door"
 * and "never share your PIN" are advice that an agent passes on.
 */
const SPEAKING =
  "(?:reveal|disclose|mention|discuss|answer|reply|respond|promise|invent|make up|admit|speculate|pretend|apologi[sz]e|greet|translate|escalate|offer|recommend|quote|argue|improvise|guess|break character)";
const HABLANDO =
  "(?:reveles?|divulgues?|menciones?|digas?|hables? de|respondas?|contestes?|prometas?|inventes?|ofrezcas?|recomiendes?|discutas?|admitas?|tutees?|saludes?|derives?|escales?|improvises?|te disculpes)";

const SIGNS = [
  "^(?:you are|you re|you act|you play|act as|behave as|stay in character|introduce yourself)",
  "^your (?:role|task|job|goal|mission|purpose|persona|tone|style|answers|replies)",
  "^(?:eres|actuas?|comportate|presentate|finge|tu (?:rol|tarea|trabajo|objetivo|mision|funcion|personalidad|tono|estilo)|tus respuestas)",
  "\\b(?:your instructions|tus instrucciones|system prompt|prompt de(?:l)? sistema|language model|modelo de lenguaje)",
  // "We never disclose your data" is said about a shop, not to an agent.
  `(?<!\\b(?:we|i|they|it|he|she|who|that|you) )\\b(?:never|do not|don t|must not|must never) ${SPEAKING}`,
  `^(?:always|you must|you should|you must not|you must never|you should not|you should never) ${SPEAKING}`,
  `\\b(?:nunca|jamas|no) (?:les? )?${HABLANDO}`,
  "^(?:siempre|debes|tienes que) (?:responder?|contestar?|saludar?|ofrecer|recomendar|derivar|preguntar)",
  `\\b(?:tell|ask|give|show|send|offer|thank|remind|invite|charge) (?:the |a |any |every )?${PERSON}`,
  "^(?:answer|reply|respond|greet|apologi[sz]e|escalate|hand over|decline|refuse)",
  "^(?:speak|write) (?:only |always )?in",
  "^be (?:brief|polite|friendly|kind|concise|formal|warm|honest|clear)",
  "^keep (?:your|the) (?:answers|replies|tone)",
  "^(?:responde|contesta|saluda|tutea|trata de usted|disculpate|escala|deriva|habla|escribe siempre|pidele|preguntale|dile|ofrecele|recuerdale|agradecele)",
  `^(?:pide|pregunta|ofrece|di|recomienda|recuerda) (?:al|a la|a los|a las) ${PERSONA}`,
  "^se (?:breve|amable|cordial|concis[oa]|educad[oa]|clar[oa]|honest[oa])",
  `^(?:if|when|whenever|unless) ${SOMEBODY}`,
  `^(?:si|cuando) ${ALGUIEN}`,
].map((sign) => new RegExp(`(?:${sign})\\b`, "u"));

/** Written to be said, word by word. */
const QUOTED = /"[^"\n]*"|“[^”\n]*”|«[^»\n]*»/gu;
const SENTENCE_END = /(?<=[.!?;:])\s+|\n+/u;

export const sentencesOf = (text: string): string[] => text.replaceAll(QUOTED, "\n").split(SENTENCE_END);

export function directiveOf(sentence: string): Directive | null {
  const words = wordsOf(sentence).map(({ text }) => text);
  const line = words.join(" ");
  for (const sign of SIGNS) {
    const match = sign.exec(line);
    if (match === null) continue;
    const from = count(line.slice(0, match.index));
    return { words, from, to: from + match[0].split(" ").length };
  }
  return null;
}

const count = (before: string): number => before.split(" ").length - 1;

const SECRECY =
  /\b(?:reveal|disclose|leak|secret|confidential|password|reveles?|divulgues?|filtres?|secret[oa]s?|confidencial(?:es)?|contrasena)\b/u;
/** "Unless", "only": a secret for some is not a secret from everybody. */
const EXCEPTION = /\b(?:unless|except|only|until|salvo|excepto|menos que|solo|hasta)\b/u;
const TOKEN = /[\p{L}\p{N}]+(?:[-_][\p{L}\p{N}]+)*/gu;
const CODE = /^(?=.*\p{N})(?=.*\p{L}).{6,}$|^\p{N}{8,}$/u;

/** Codes that the author calls secret in the same sentence. */
export function secretsIn(sentence: string): string[][] {
  const line = wordsOf(sentence)
    .map(({ text }) => text)
    .join(" ");
  if (!SECRECY.test(line) || EXCEPTION.test(line)) return [];
  return (sentence.match(TOKEN) ?? [])
    .filter((token) => CODE.test(token))
    .map((token) => wordsOf(token).map(({ text }) => text));
}
