import { evaluate, findExpression, formatNumber } from "./arithmetic.ts";
import { intentOf, isQuestion, withoutCourtesy, type Intent } from "./intents.ts";
import { personStatements, systemKnowledge } from "./knowledge.ts";
import { agentName } from "./persona.ts";
import { attributesOf, nameOf, recallAttribute } from "./person-facts.ts";
import { phrases } from "./phrases.ts";
import { describePicture } from "./picture.ts";
import { extractAnswer } from "./ranking.ts";
import { sentencesOf, utterancesOf, type Sentence } from "./sentences.ts";
import { phraseOutcome } from "./tool-result.ts";
import type { Transcript } from "./transcript.ts";

const MAX_UTTERANCES = 6;
const SURE = 0.6;
const MAX_QUOTE = 200;
const MAX_FILE_QUOTE = 400;

/** What the person said, as the model reads it. */
export interface Reading {
  utterances: { text: string; intent: Intent }[];
  question: string;
  knowledge: Sentence[];
  smallTalk: boolean;
  wantsHuman: boolean;
  answerable: boolean;
}

/** Prompts that carry their own context: "Contexto: … Pregunta: …". */
function splitContext(ask: string): { context: string; question: string } {
  const match =
    /^([\s\S]*)(?:^|\n)\s*(?:#+\s*)?(?:pregunta|question|consulta)(?: del (?:cliente|usuario))?\s*:\s*([\s\S]+)$/i.exec(
      ask,
    );
  return match?.[1]?.trim() ? { context: match[1], question: match[2] ?? "" } : { context: "", question: ask };
}

/** Fragments of a burst that have no end of their own belong to what follows. */
function joinFragments(parts: string[]): string[] {
  const joined: string[] = [];
  let open = "";
  for (const part of parts) {
    const whole = open === "" ? part : `${open} ${part}`;
    const finished = /[.?!…]["»)]*$/.test(part) || intentOf(part) !== "none";
    open = finished ? "" : whole;
    if (finished) joined.push(whole);
  }
  return open === "" ? joined : [...joined, open];
}

export function read(transcript: Transcript): Reading {
  const { context, question } = splitContext(transcript.ask);
  const documents = transcript.files.flatMap(({ kind, words }) => (kind === "file" ? sentencesOf(words) : []));
  const knowledge = [...documents, ...systemKnowledge(transcript), ...sentencesOf(context)];
  const utterances = joinFragments(utterancesOf(question))
    .slice(-MAX_UTTERANCES)
    .map((text) => ({ text, intent: intentOf(text) }));
  const open = utterances.filter(({ intent }) => intent === "none");
  return {
    utterances,
    question,
    knowledge,
    smallTalk: open.length === 0 && !utterances.some(({ intent }) => intent === "human"),
    wantsHuman: utterances.some(({ intent }) => intent === "human"),
    answerable: open.length > 0 && open.every(({ text }) => isKnown(text, transcript, knowledge)),
  };
}

const saidBefore = (transcript: Transcript): string[] => [
  ...transcript.history.filter((message) => message.role === "user").map((message) => message.text),
  transcript.ask,
];

const isKnown = (text: string, transcript: Transcript, knowledge: Sentence[]): boolean =>
  (extractAnswer(withoutCourtesy(text), knowledge)?.score ?? 0) >= SURE ||
  recallAttribute(text, saidBefore(transcript)) !== undefined ||
  (!isQuestion(text) && (nameOf([text]) !== undefined || attributesOf(text).length > 0));

type Reply = { text: string; known: boolean };

const known = (text: string): Reply => ({ text, known: true });

function courtesyReply(intent: Intent, transcript: Transcript): Reply | undefined {
  const say = phrases(transcript.language);
  const agent = agentName(transcript.system);
  const name = nameOf(saidBefore(transcript));
  if (intent === "greeting") return known(say.greeting(name, agent));
  if (intent === "own-name") return known(name === undefined ? say.nameUnknown : say.yourName(name));
  if (intent === "identity") return known(say.identity(agent));
  if (intent === "human") return known(say.human);
  if (intent === "none") return undefined;
  return known(say[intent]);
}

/** A statement gets an acknowledgement that shows what was taken from it. */
function acknowledge(text: string, transcript: Transcript): Reply | undefined {
  if (isQuestion(text)) return undefined;
  const say = phrases(transcript.language);
  const name = nameOf([text]);
  if (name !== undefined) return known(say.niceToMeet(name));
  const attribute = attributesOf(text)[0];
  return attribute && known(say.noted(attribute.label, attribute.value));
}

function replyTo(text: string, intent: Intent, transcript: Transcript, knowledge: Sentence[]): Reply {
  const say = phrases(transcript.language);
  const courtesy = courtesyReply(intent, transcript);
  if (courtesy) return courtesy;
  const expression = findExpression(text);
  const value = expression === undefined ? undefined : evaluate(expression);
  if (value !== undefined) return known(`${expression} = ${formatNumber(value)}.`);
  const attribute = recallAttribute(text, saidBefore(transcript));
  if (attribute) return known(say.yours(attribute.label, attribute.value));
  const acknowledged = acknowledge(text, transcript);
  if (acknowledged) return acknowledged;
  const asked = withoutCourtesy(text);
  const extract = extractAnswer(asked, knowledge);
  if (extract) return known(extract.text);
  const remembered = isQuestion(text) ? extractAnswer(asked, personStatements(transcript), 1) : undefined;
  if (remembered) return known(say.youSaid(remembered.text));
  if (isQuestion(text)) return { text: say.unknown, known: false };
  return known(say.understood(asked.slice(0, MAX_QUOTE)));
}

function answerUtterances(reading: Reading, transcript: Transcript): string {
  const say = phrases(transcript.language);
  if (reading.wantsHuman) return say.human;
  // A greeting before a question is courtesy already answered by answering.
  const open = reading.utterances.filter(
    ({ intent }) => intent === "none" || intent === "identity" || intent === "own-name",
  );
  const replies = (open.length > 0 ? open : reading.utterances.slice(-1)).map(({ text, intent }) => ({
    asked: text,
    ...replyTo(text, intent, transcript, reading.knowledge),
  }));
  const someKnown = replies.some((reply) => reply.known);
  const texts = replies.map((reply) => (reply.known || !someKnown ? reply.text : say.partlyUnknown(reply.asked)));
  return [...new Set(texts)].join("\n");
}

/** The text answer to a conversation in which no further tool is to be called. */
export function answer(transcript: Transcript, reading: Reading): string {
  const say = phrases(transcript.language);
  if (transcript.outcomes.length > 0) {
    const told = new Set(
      transcript.outcomes.map((outcome) => phraseOutcome(outcome, reading.question, transcript.language)),
    );
    if (!told.has(say.nothingFound) || told.size > 1)
      return [...told].filter((text) => text !== say.nothingFound).join("\n");
    const extract = extractAnswer(withoutCourtesy(reading.question), reading.knowledge);
    return extract ? extract.text : `${say.nothingFound} ${say.unknown}`;
  }
  const pictures = [
    ...transcript.images.map((url) => say.picture(describePicture(url, transcript.language))),
    ...transcript.files.map(({ kind, name, words }) =>
      kind === "picture" ? say.picture(say.aPicture) : say.file(name, words.slice(0, MAX_FILE_QUOTE)),
    ),
  ];
  if (reading.utterances.length === 0) {
    if (pictures.length > 0) return pictures.join("\n");
    return /\p{Extended_Pictographic}/u.test(transcript.ask) ? say.confirmation : say.empty;
  }
  const spoken = pictures.length > 0 && !reading.answerable ? "" : answerUtterances(reading, transcript);
  return [...pictures, spoken].filter((text) => text !== "").join("\n");
}
