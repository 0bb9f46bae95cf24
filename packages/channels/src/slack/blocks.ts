import type { Answer, Button, OutMedia } from "../contract.ts";
import { toPlain, toSlack } from "../markdown/dialects.ts";

/** What a section takes; a bubble is one section where it has buttons or a picture. */
export const MAX_TEXT = 3000;
export const MAX_BUTTONS = 25;
export const MAX_BUTTON_TITLE = 75;
const MAX_VALUE = 2000;
const MAX_ALT = 2000;

/** Text alone travels as text; blocks are for what has something to press or to look at. */
export function contentOf({ text, buttons = [], media = [] }: Answer): Record<string, unknown> {
  const pictures = media.filter(({ type }) => type === "image");
  const links = media.filter(({ type }) => type !== "image").map(linkOf);
  const said = toSlack([text, ...links].filter((part) => part.trim() !== "").join("\n\n"));
  const plain = toPlain(text);
  if (buttons.length === 0 && pictures.length === 0) return { text: said };
  return {
    // What a notification shows.
    text: plain || pictures.map(({ name }) => name ?? "🖼").join(", "),
    blocks: [
      ...(said === "" ? [] : [{ type: "section", text: { type: "mrkdwn", text: said } }]),
      ...pictures.map(pictureOf),
      ...(buttons.length === 0 ? [] : [{ type: "actions", elements: buttons.map(keyOf) }]),
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

const pictureOf = ({ url, name }: OutMedia): unknown => ({
  type: "image",
  image_url: url,
  alt_text: (name ?? "🖼").slice(0, MAX_ALT),
});

const linkOf = ({ name, type, url }: OutMedia): string => `📎 [${(name ?? type).replaceAll(/[[\]\\]/g, "")}](${url})`;
