type Word = { text: string; end: number };

const words = (text: string): Word[] =>
  [...text.matchAll(/[\p{L}\p{N}]+/gu)].map((match) => ({
    text: match[0].toLowerCase(),
    end: match.index + match[0].length,
  }));

/** The part of an answer that the person heard before breaking in. What is not found is kept as told. */
export const heardOf = (answer: string, utterance: string): string => heardIn(answer, utterance) ?? utterance.trim();

/**
 * Null where the answer has not been heard at all. Twilio reports the words as they were spoken, so they are compared
 * without signs and spaces; a word that was cut off counts as not heard.
 */
export function heardIn(answer: string, utterance: string): string | null {
  const said = words(answer);
  const told = words(utterance);
  if (told.length === 0) return "";
  for (let start = 0; start < said.length; start++) {
    const count = matching(said, start, told);
    if (count === told.length || (count > 0 && count === told.length - 1 && isCutOff(said[start + count], told.at(-1))))
      return answer.slice(0, endOf(answer, said[start + count - 1]));
  }
  return null;
}

function matching(said: Word[], start: number, told: Word[]): number {
  let count = 0;
  while (count < told.length && said[start + count]?.text === told[count]?.text) count++;
  return count;
}

const isCutOff = (whole: Word | undefined, part: Word | undefined): boolean =>
  whole !== undefined && part !== undefined && whole.text.startsWith(part.text);

/** With the signs that close the word. */
function endOf(answer: string, last: Word | undefined): number {
  const end = last?.end ?? 0;
  return end + (/^[^\s\p{L}\p{N}]*/u.exec(answer.slice(end))?.[0].length ?? 0);
}
