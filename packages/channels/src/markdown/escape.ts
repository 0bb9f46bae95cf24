import { lexBlocks } from "./lex.ts";

const PUNCTUATION = /[\\`*_{}[\]<>()#+\-.!|~&$:@"'=]/g;

/** Text that Markdown reads as itself. */
export const escapeMarkdown = (text: string): string => text.replaceAll(PUNCTUATION, String.raw`\$&`);

/**
 * A part of a paragraph that stays one although it now stands alone: "2024. A year" is no list, "- 5 degrees" neither.
 * The first line betrays a part that follows a cut, the last one a part that ends in it.
 */
export function asParagraph(part: string, edge: "first" | "last"): string {
  if (isParagraph(part)) return part;
  const at = edge === "first" ? 0 : part.lastIndexOf("\n") + 1;
  const line = part.slice(at).replace(/^(\s*)(?:(\d{1,9})([.)])|([^\s\w]))/, escapeStart);
  const escaped = part.slice(0, at) + line;
  return isParagraph(escaped) ? escaped : part;
}

function escapeStart(_: string, space: string, digits?: string, point?: string, sign?: string): string {
  return sign === undefined ? `${space}${digits ?? ""}\\${point ?? ""}` : `${space}\\${sign}`;
}

function isParagraph(part: string): boolean {
  const [first, ...others] = lexBlocks(part);
  return first?.type === "paragraph" && others.every(({ type }) => type === "space");
}
