import type { Bubble, Button } from "../contract.ts";
import { toPlain, toSlack } from "../markdown/dialects.ts";

/** What a section takes; a bubble is one section where it has buttons. */
export const MAX_TEXT = 3000;
export const MAX_BUTTONS = 25;
export const MAX_BUTTON_TITLE = 75;
const MAX_VALUE = 2000;

/** Text alone travels as text; blocks are for what has something to press. */
export function contentOf({ text, buttons = [] }: Bubble): Record<string, unknown> {
  const said = toSlack(text);
  if (buttons.length === 0) return { text: said };
  return {
    // What a notification shows.
    text: toPlain(text),
    blocks: [
      ...(said === "" ? [] : [{ type: "section", text: { type: "mrkdwn", text: said } }]),
      { type: "actions", elements: buttons.map(keyOf) },
    ],
  };
}

const keyOf = ({ id, title }: Button, index: number): unknown => ({
  type: "button",
  // Unique within the message; what the button stands for is its value.
  action_id: `charla-${index}`,
  text: { type: "plain_text", text: title },
  value: id.length <= MAX_VALUE ? id : title,
});
