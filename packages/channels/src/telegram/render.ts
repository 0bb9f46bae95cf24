import type { Answer } from "../contract.ts";
import { telegramLength, toTelegramHtml } from "../markdown/dialects.ts";
import { renderMarkdown } from "../markdown/render.ts";
import { MAX_CAPTION, MAX_TEXT } from "./forms.ts";

export const LIMITS = { maxText: MAX_TEXT, maxButtons: 100, maxBubbles: 6 };

/** One file per bubble, since each is a message of its own; a short text goes with a single file, as its caption. */
export function renderTelegram({ media = [], ...answer }: Answer): Answer[] {
  const texts = renderMarkdown(answer, LIMITS, toTelegramHtml, telegramLength);
  if (media.length === 0) return texts;
  const [text] = texts;
  if (media.length === 1 && texts.length === 1 && text !== undefined && fitsCaption(text)) return [{ ...text, media }];
  const files = media.map((file): Answer => ({ text: "", media: [file] }));
  return [...files, ...texts];
}

const fitsCaption = ({ text }: Answer): boolean => telegramLength(toTelegramHtml(text)) <= MAX_CAPTION;
