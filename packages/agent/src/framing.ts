import type { Release } from "@charla/domain/release";
import { authoredOf } from "./authored.ts";
import { type Directive, directiveOf, secretsIn, sentencesOf } from "./directives.ts";
import { PLATFORM_RULES } from "./prompt.ts";
import { wordsOf } from "./words.ts";

/**
 * Words that stand together in the system prompt and are not meant for people. A run of an answer counts when it is long enough and covers
 * `from` to `to`; what is `decisive` gives the prompt away alone.
 */
export type Passage = { words: string[]; from: number; to: number; minRun: number; decisive: boolean };

/** Where runs may begin, by their first word. */
export type Framing = ReadonlyMap<string, readonly { passage: Passage; at: number }[]>;

const MIN_PLATFORM_RUN = 8;
const MIN_RUN = 5;
const SHORTEST = 3;
/** Bounds of what one answer is compared with, whatever an author writes. */
const MAX_DIRECTIVES = 500;
const MAX_WORDS = 64;
const WORDS_BEFORE_SIGN = 16;

const known = new WeakMap<Release, Framing>();

export function framingOf(release: Release): Framing {
  const found = known.get(release);
  if (found !== undefined) return found;
  const framing = framingFrom({ name: release.settings.name, instructions: authoredOf(release.settings).words });
  known.set(release, framing);
  return framing;
}

export function framingFrom({ name, instructions }: { name: string; instructions: string }): Framing {
  const starts = new Map<string, { passage: Passage; at: number }[]>();
  const add = (passage: Passage, lastStart: number): void => {
    for (let at = 0; at <= lastStart; at++) {
      const word = passage.words[at] ?? "";
      const list = starts.get(word);
      if (list === undefined) starts.set(word, [{ passage, at }]);
      else list.push({ passage, at });
    }
  };
  const rules = wordsOf(PLATFORM_RULES).map(({ text }) => text);
  add({ words: rules, from: 0, to: 0, minRun: MIN_PLATFORM_RUN, decisive: true }, rules.length - MIN_PLATFORM_RUN);
  let directives = 0;
  for (const sentence of new Set([`You are ${name}.`, ...sentencesOf(instructions)])) {
    for (const words of secretsIn(sentence))
      add({ words, from: 0, to: words.length, minRun: words.length, decisive: true }, 0);
    const directive = bounded(directiveOf(sentence));
    if (directive === null || directive.words.length < SHORTEST || ++directives > MAX_DIRECTIVES) continue;
    // A run that begins behind the sign is what the agent is told to say, or a fact.
    add({ ...directive, minRun: Math.min(MIN_RUN, directive.words.length), decisive: false }, directive.from);
  }
  return starts;
}

function bounded(directive: Directive | null): Directive | null {
  if (directive === null || directive.words.length <= MAX_WORDS) return directive;
  const cut = Math.max(0, directive.from - WORDS_BEFORE_SIGN);
  const words = directive.words.slice(cut, cut + MAX_WORDS);
  return { words, from: directive.from - cut, to: directive.to - cut };
}
