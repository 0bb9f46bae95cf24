import type { OutFile } from "@charla/domain/inbound";
import type { Answer, Button } from "../contract.ts";
import { toWhatsApp } from "../markdown/dialects.ts";
import { renderMarkdown } from "../markdown/render.ts";
import {
  capabilities,
  MAX_BODY_WITH_BUTTONS,
  MAX_CAPTION,
  MAX_REPLY_BUTTONS,
  MAX_REPLY_TITLE,
  MAX_ROW_DESCRIPTION,
  MAX_ROW_ID,
  MAX_ROWS,
  takesCaption,
  wireTypeOf,
} from "./limits.ts";

const { maxText, maxBubbles } = capabilities;

/** Files first, each in a message of its own, then the words, then what can be tapped. */
export function renderWhatsApp({ text, buttons = [], media = [] }: Answer): Answer[] {
  const captioned = buttons.length === 0 ? captionOf(text, media) : null;
  if (captioned !== null) return [captioned];
  const files = media.map((file): Answer => ({ text: "", media: [file] }));
  return [...files, ...wordsOf(text, buttons)];
}

function captionOf(text: string, media: OutFile[]): Answer | null {
  const [file, ...more] = media;
  if (file === undefined || more.length > 0 || text.trim() === "") return null;
  const fits = takesCaption(wireTypeOf(file)) && toWhatsApp(text).length <= MAX_CAPTION;
  return fits ? { text, media: [file] } : null;
}

/** What carries buttons is shorter; a long answer keeps its length and gets its options as a numbered list. */
function wordsOf(text: string, buttons: Button[]): Answer[] {
  const plain = { maxText, maxBubbles, maxButtons: 0 };
  if (buttons.length === 0) return renderMarkdown({ text }, plain, toWhatsApp);
  if (areTappable(buttons)) {
    const limits = { maxText: MAX_BODY_WITH_BUTTONS, maxBubbles: maxBubbles + 1, maxButtons: MAX_ROWS };
    const bubbles = renderMarkdown({ text, buttons }, limits, toWhatsApp);
    if (bubbles.length <= maxBubbles) return bubbles;
  }
  return renderMarkdown({ text, buttons }, plain, toWhatsApp);
}

/** Two buttons with the same title are refused; two rows are not. */
export const areReplyButtons = (buttons: readonly Button[]): boolean =>
  buttons.length <= MAX_REPLY_BUTTONS &&
  buttons.every(({ title }) => title.length <= MAX_REPLY_TITLE) &&
  new Set(buttons.map(({ title }) => title)).size === buttons.length;

/** Longer titles fit the description of a list's row; ids must differ, and both must be there at all. */
function areTappable(buttons: readonly Button[]): boolean {
  return (
    buttons.length <= MAX_ROWS &&
    new Set(buttons.map(({ id }) => id)).size === buttons.length &&
    buttons.every(
      ({ id, title }) =>
        id !== "" && id.length <= MAX_ROW_ID && title.trim() !== "" && title.length <= MAX_ROW_DESCRIPTION,
    )
  );
}
