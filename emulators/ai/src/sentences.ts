/** Split prose, lists and line-oriented notes into sentences; a short heading is carried into the lines below it. */
export interface Sentence {
  text: string;
  /** Heading the sentence stands under: counts for finding, is not shown. */
  heading: string;
}

const ABBREVIATION =
  /\b(?:sr|sra|dr|dra|av|avda|c|núm|num|no|tel|aprox|ej|p\.\s?ej|etc|mr|mrs|ms|st|e\.g|i\.e|vs|a\.m|p\.m)\.$/i;
const MAX_SENTENCE = 600;

function splitLine(line: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (const match of line.matchAll(/[.!?…]+["»”)]*\s+(?=[\p{Lu}\p{N}¿¡"«“(])/gu)) {
    const end = match.index + match[0].length;
    const piece = line.slice(start, end).trim();
    if (ABBREVIATION.test(piece)) continue;
    parts.push(piece);
    start = end;
  }
  parts.push(line.slice(start).trim());
  return parts.filter((part) => part !== "").map((part) => part.slice(0, MAX_SENTENCE));
}

/** A choice of a Markdown task list belongs to the sentence that it is offered with. */
const CHOICE = /^\s*[-*+] \[[ xX]?\]\s+(\S.*?)\s*$/;

const headingOf = (line: string): string | undefined => {
  const hashed = /^#{1,6}\s+(.+)$/.exec(line);
  if (hashed) return hashed[1];
  return /^[^.!?]{2,60}:$/.test(line) ? line.slice(0, -1) : undefined;
};

export function sentencesOf(text: string): Sentence[] {
  const found: Sentence[] = [];
  let heading = "";
  for (const raw of text.split(/\r?\n/)) {
    const choice = CHOICE.exec(raw)?.[1];
    const before = found.at(-1);
    if (choice !== undefined && before !== undefined) {
      before.text += `\n- [ ] ${choice}`;
      continue;
    }
    const line = raw
      .replace(/<\/?[a-z_]+>/gi, " ")
      .replace(/^\s*(?:[-*•]|\d+[.)])\s+/, "")
      .trim();
    if (line === "") continue;
    const title = headingOf(line);
    if (title !== undefined) heading = title;
    else found.push(...splitLine(line).map((part) => ({ text: part, heading })));
  }
  return found;
}

/** A line of its own each: what a person asked or said in one message. */
export const utterancesOf = (text: string): string[] =>
  text
    .split(/(?<=[?!])\s+|(?<=[^\d\W]{2}\.)\s+|\n+/u)
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}]/u.test(part));
