import type { Answer, Button, Capabilities } from "../contract.ts";
import { escapeMarkdown } from "./escape.ts";
import { lexBlocks } from "./lex.ts";
import { splitMarkdown } from "./split.ts";

export type RenderLimits = Pick<Capabilities, "maxText" | "maxButtons" | "maxBubbles"> & {
  /** Longest title of a button, in UTF-16 units. */
  maxButtonTitle?: number;
};

/** The dialect of those who show Markdown themselves. */
export const asMarkdown = (markdown: string): string => markdown;

/**
 * Cuts an answer into bubbles of Markdown, each of which fits once `dialect` has turned it into what is sent.
 * Files go with the first bubble, buttons with the last. Buttons become a numbered list where they are too many or a
 * title is too long: a title that was cut could say the contrary of what it meant.
 */
export function renderMarkdown(
  answer: Answer,
  limits: RenderLimits,
  dialect: (markdown: string) => string,
  measure: (text: string) => number = (text) => text.length,
): Answer[] {
  const buttons = answer.buttons ?? [];
  const asList = buttons.length > 0 && (answer.text.trim() === "" || !haveRoom(buttons, limits));
  const bubbles: Answer[] = splitMarkdown(answer.text, {
    maxText: limits.maxText,
    maxBubbles: limits.maxBubbles,
    measure: (markdown) => measure(dialect(markdown)),
    closing: asList ? numbered(buttons, answer.text) : "",
  }).map((text) => ({ text }));
  const media = answer.media ?? [];
  if (media.length > 0 && bubbles.length === 0) bubbles.push({ text: "" });
  const [first] = bubbles;
  if (first !== undefined && media.length > 0) first.media = media;
  const last = bubbles.at(-1);
  if (last !== undefined && buttons.length > 0 && !asList) last.buttons = buttons;
  return bubbles;
}

function haveRoom(buttons: readonly Button[], { maxButtons, maxButtonTitle = Infinity }: RenderLimits): boolean {
  return buttons.length <= maxButtons && buttons.every(({ title }) => title.length <= maxButtonTitle);
}

/** A list of its own also behind a numbered one: another sign behind the number begins another list. */
function numbered(buttons: readonly Button[], text: string): string {
  const before = lexBlocks(text.slice(-4096)).findLast(({ type }) => type !== "space");
  const sign = before?.type === "list" && /^\s*\d{1,9}\./.test(before.raw) ? ")" : ".";
  return buttons.map(({ title }, index) => `${index + 1}${sign} ${escapeMarkdown(title.trim())}`).join("\n");
}
