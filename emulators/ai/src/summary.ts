import { sentencesOf } from "./sentences.ts";
import type { Transcript } from "./transcript.ts";
import { contentStems, fold } from "./words.ts";

const SUMMARISE = /\b(?:resum(?:e|a|en|ir|o|ido)|summari[sz]e|summary of|tl;?dr|condense)\b/;
const MAX_SENTENCES = 5;

/** Instructions that open with the wish for a summary, or a person who asks for one. */
export function summaryWanted(transcript: Transcript): boolean {
  const order = fold(transcript.system).slice(0, 300);
  return SUMMARISE.test(order) || SUMMARISE.test(fold(transcript.ask).slice(0, 80));
}

/** What is to be summarised: the text handed over, or the conversation so far. */
export function summarySource(transcript: Transcript): string {
  const asked = transcript.ask.split(/\n/);
  const withoutOrder = SUMMARISE.test(fold(asked[0] ?? ""))
    ? transcript.ask.replace(/^[^\n:.!?]*[\n:.!?]+/, "")
    : transcript.ask;
  if (withoutOrder.trim().split(/\s+/).length > 12) return withoutOrder;
  return [...transcript.history.map((message) => message.text), withoutOrder].join("\n");
}

/** The sentences that share most with the rest, in their own order, within a budget of characters. */
export function summarise(text: string, maxChars: number): string {
  const sentences = sentencesOf(text).map((sentence) => ({
    text: sentence.text,
    stems: new Set(contentStems(sentence.text)),
  }));
  const frequency = new Map<string, number>();
  for (const { stems } of sentences) for (const word of stems) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const scored = sentences.map((sentence, position) => {
    let score = 0;
    for (const word of sentence.stems) score += Math.log(1 + (frequency.get(word) ?? 0)) + (/\d/.test(word) ? 0.5 : 0);
    return { ...sentence, position, score: score / Math.sqrt(1 + sentence.stems.size) + (position === 0 ? 0.5 : 0) };
  });
  const chosen: typeof scored = [];
  let used = 0;
  for (const sentence of scored.toSorted((a, b) => b.score - a.score)) {
    if (chosen.length === MAX_SENTENCES) break;
    if (sentence.stems.size === 0 || (chosen.length > 0 && used + sentence.text.length > maxChars)) continue;
    chosen.push(sentence);
    used += sentence.text.length + 1;
  }
  return chosen
    .toSorted((a, b) => a.position - b.position)
    .map((sentence) => sentence.text)
    .join(" ");
}

/** The words a text keeps coming back to. */
export function keywords(text: string, most: number): string[] {
  const counts = new Map<string, { word: string; count: number }>();
  for (const word of fold(text).match(/[\p{L}\p{N}]{4,}/gu) ?? []) {
    const stemmed = contentStems(word)[0];
    if (stemmed === undefined) continue;
    const entry = counts.get(stemmed) ?? { word, count: 0 };
    counts.set(stemmed, { word: entry.word, count: entry.count + 1 });
  }
  return [...counts.values()]
    .toSorted((a, b) => b.count - a.count)
    .slice(0, most)
    .map((entry) => entry.word);
}
