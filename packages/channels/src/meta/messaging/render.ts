import type { Answer, Button, Capabilities } from "../../contract.ts";
import { toPlain } from "../../markdown/dialects.ts";
import { renderMarkdown } from "../../markdown/render.ts";
import { MAX_QUICK_REPLIES } from "./limits.ts";

const MAX_TITLE = 20;
const MAX_PAYLOAD = 1000;

/** Files first, each in a message of its own; they take no caption. What cannot be a quick reply is a numbered list. */
export function renderMessaging(
  { text, buttons = [], media = [] }: Answer,
  limits: Pick<Capabilities, "maxText" | "maxBubbles">,
  measure: (text: string) => number,
): Answer[] {
  const files = media.map((file): Answer => ({ text: "", media: [file] }));
  const maxButtons = areQuickReplies(buttons) ? MAX_QUICK_REPLIES : 0;
  const words = renderMarkdown(
    { text, buttons },
    { ...limits, maxButtons, maxButtonTitle: MAX_TITLE },
    toPlain,
    measure,
  );
  return [...files, ...words];
}

const areQuickReplies = (buttons: readonly Button[]): boolean =>
  buttons.every(({ id, title }) => id !== "" && id.length <= MAX_PAYLOAD && title.trim() !== "");
