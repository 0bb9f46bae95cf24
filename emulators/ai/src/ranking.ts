import { conceptsOf } from "./concepts.ts";
import type { Sentence } from "./sentences.ts";
import { fold, isStopWord, meaningOf, stem, wordsOf } from "./words.ts";

export interface Ranked {
  text: string;
  /** Share of the question's meaning the sentence covers, 0..1 and a little above with bonuses. */
  score: number;
}

interface Indexed {
  text: string;
  stems: Set<string>;
  concepts: Set<string>;
  headingStems: Set<string>;
}

const CONCEPT_WEIGHT = 0.7;
const COGNATE_WEIGHT = 0.85;
const COGNATE_LETTERS = 5;
const HEADING_WEIGHT = 0.7;
const CUE_ONLY = 0.5;
const CUE_BONUS = 0.12;

const CUES: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\b(?:cuando|a que hora|que dia|when|what time|hours|horario)\b/,
    /\d|lunes|martes|miercoles|jueves|viernes|sabado|domingo|monday|friday|saturday|sunday/,
  ],
  [/\b(?:cuanto|cuanta|cuantos|cuantas|how much|how many|how long|price|precio)\b/, /\d/],
  [/\b(?:donde|where)\b/, /\b(?:calle|avenida|avda|plaza|paseo|carretera|street|road|avenue|square)\b/],
];

const CHOICES = "\n- [ ] ";

/** What is offered to choose from is no statement, so it is not found by. */
const statementOf = (text: string): string => text.split(CHOICES, 1)[0] ?? text;

const index = (sentence: Sentence): Indexed => {
  const own = meaningOf(statementOf(sentence.text));
  const heading = meaningOf(sentence.heading);
  return {
    text: sentence.text,
    stems: own.stems,
    concepts: new Set([...own.concepts, ...heading.concepts]),
    headingStems: heading.stems,
  };
};

/** "devolver" and "devoluciones": no common stem, yet plainly one family. */
const isCognate = (word: string, stems: Set<string>): boolean => {
  const beginning = word.slice(0, COGNATE_LETTERS);
  if (beginning.length < COGNATE_LETTERS) return false;
  for (const other of stems) if (other.startsWith(beginning)) return true;
  return false;
};

/** How well one word of the question is met by a sentence. */
function strength(term: { stem: string; concepts: string[]; common: boolean }, sentence: Indexed): number {
  const byConcept = term.concepts.some((concept) => sentence.concepts.has(concept)) ? CONCEPT_WEIGHT : 0;
  // "a qué hora" asks for the opening hours, not for "48 horas".
  if (term.common) return byConcept;
  if (sentence.stems.has(term.stem)) return 1;
  if (sentence.headingStems.has(term.stem)) return HEADING_WEIGHT;
  if (isCognate(term.stem, sentence.stems)) return COGNATE_WEIGHT;
  return byConcept;
}

/** "¿Dónde estáis?" has no word to look for, only a kind of answer. */
function rankByCue(folded: string, sentences: readonly Sentence[]): Ranked[] {
  const cue = CUES.find(([ask]) => ask.test(folded));
  return cue === undefined
    ? []
    : sentences
        .filter(({ text }) => cue[1].test(fold(statementOf(text))))
        .map(({ text }) => ({ text, score: CUE_ONLY }));
}

/** Rank sentences by how much of the question they cover, rare words weighing more than common ones. */
export function rank(question: string, sentences: readonly Sentence[]): Ranked[] {
  const seen = new Set<string>();
  const terms = wordsOf(question)
    .filter((word) => !isStopWord(word) || conceptsOf(word).length > 0)
    .map((word) => ({ stem: stem(word), concepts: conceptsOf(word), common: isStopWord(word) }))
    .filter((term) => !seen.has(term.stem) && seen.add(term.stem));
  if (terms.length === 0) return rankByCue(fold(question), sentences);
  const indexed = sentences.map(index);
  const weighted = terms.map((term) => {
    const matches = indexed.map((sentence) => strength(term, sentence));
    const frequency = matches.filter((value) => value > 0).length;
    return { matches, idf: Math.log(1 + (indexed.length + 1) / (Math.max(1, frequency) + 0.5)) };
  });
  const total = weighted.reduce((sum, { idf }) => sum + idf, 0);
  const folded = fold(question);
  return indexed
    .map((sentence, position) => {
      const covered = weighted.reduce((sum, { matches, idf }) => sum + idf * (matches[position] ?? 0), 0) / total;
      const cued = CUES.some(([ask, show]) => ask.test(folded) && show.test(fold(statementOf(sentence.text))));
      return { text: sentence.text, score: covered > 0 && cued ? covered + CUE_BONUS : covered };
    })
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score);
}

const ENOUGH = 0.36;
const CLOSE_TO_BEST = 0.86;

export interface Extract {
  text: string;
  score: number;
}

/** The one or two sentences that answer a question, or nothing when none of them honestly does. */
export function extractAnswer(question: string, sentences: readonly Sentence[], most = 2): Extract | undefined {
  const ranked = rank(question, sentences);
  const best = ranked[0];
  if (!best || best.score < ENOUGH) return undefined;
  const chosen = [...new Set(ranked.filter((r) => r.score >= best.score * CLOSE_TO_BEST).map((r) => r.text))].slice(
    0,
    most,
  );
  // Choices close an answer.
  const ordered = chosen.toSorted((a, b) => Number(a.includes(CHOICES)) - Number(b.includes(CHOICES)));
  return { text: ordered.join(" "), score: best.score };
}
