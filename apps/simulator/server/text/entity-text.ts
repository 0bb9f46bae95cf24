import type { Mark, Span } from "../../shared/protocol.ts";

export type Entity = { type: string; offset: number; length: number; url?: string };

const MARKS: Record<string, Mark> = {
  bold: "bold",
  italic: "italic",
  underline: "italic",
  strikethrough: "strike",
  code: "code",
  pre: "code",
};

/** https://core.telegram.org/bots/api#messageentity: pieces between the places where anything begins or ends. */
export function entityText(text: string, entities: readonly Entity[] = []): Span[] {
  const cuts = new Set([0, text.length]);
  for (const { offset, length } of entities) cuts.add(offset).add(offset + length);
  const places = [...cuts].filter((place) => place <= text.length).toSorted((a, b) => a - b);
  return places.slice(0, -1).map((from, index) => {
    const to = places[index + 1] ?? text.length;
    const over = entities.filter(({ offset, length }) => offset <= from && offset + length >= to);
    const marks = [...new Set(over.flatMap(({ type }) => MARKS[type] ?? []))];
    const piece = text.slice(from, to);
    const link = over.find(({ type }) => type === "text_link" || type === "url");
    const href = link?.url ?? (link === undefined ? undefined : piece);
    return { text: piece, ...(marks.length > 0 && { marks }), ...(href !== undefined && { href }) };
  });
}
