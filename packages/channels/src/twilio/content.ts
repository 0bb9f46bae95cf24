import type { Answer, Button, Outgoing } from "../contract.ts";
import { cutAt } from "../clean-text.ts";
import type { TwilioConfig } from "./config.ts";

/**
 * WhatsApp buttons exist only as content templates. Every part of one may be a variable, so a handful of empty ones,
 * made once by connecting, serve every set of buttons.
 */
const MAX_BODY = 1024;
const QUICK = { buttons: 3, title: 20, id: 200 };
const LIST = { buttons: 10, title: 24, id: 200 };

export type ContentFields = { ContentSid: string; ContentVariables: string };
export type ContentShape = { name: string; types: Record<string, unknown>; variables: Record<string, string> };

/** Everything that connecting creates, under the name that finds it again. */
export function contentShapes(): ContentShape[] {
  const quick = counts(1, QUICK.buttons).map((count) => shapeOf("quick-reply", count));
  return [...quick, ...counts(1, LIST.buttons).map((count) => shapeOf("list", count))];
}

const counts = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Variable 1 is the text; then come a title and an id for each button, and for lists the word that opens it. */
function shapeOf(kind: "quick-reply" | "list", count: number): ContentShape {
  const slots = counts(0, count - 1).map((index) => ({ title: `{{${2 + 2 * index}}}`, id: `{{${3 + 2 * index}}}` }));
  const samples = slots.flatMap((_, index) => [
    [String(2 + 2 * index), `Option ${index + 1}`],
    [String(3 + 2 * index), `option-${index + 1}`],
  ]);
  const opener = 2 + 2 * count;
  const types =
    kind === "quick-reply"
      ? { "twilio/quick-reply": { body: "{{1}}", actions: slots.map(({ title, id }) => ({ title, id })) } }
      : {
          "twilio/list-picker": {
            body: "{{1}}",
            button: `{{${opener}}}`,
            items: slots.map(({ title, id }) => ({ item: title, id, description: "" })),
          },
        };
  const variables = Object.fromEntries([["1", "Hello"], ...samples, ...(kind === "list" ? [[opener, "Options"]] : [])]);
  return { name: `charla_${kind}_${count}`, types, variables };
}

/** Null where the answer fits no template that the account has; it is then sent as text with a numbered list. */
export function buttonsContent(
  { text, buttons = [] }: { text: string; buttons?: Button[] },
  { contents }: TwilioConfig,
  locale: string | undefined,
): ContentFields | null {
  const kind = fits(buttons, QUICK) ? "quick-reply" : fits(buttons, LIST) ? "list" : null;
  if (kind === null || text === "" || text.length > MAX_BODY) return null;
  const contentSid = contents[shapeOf(kind, buttons.length).name];
  if (contentSid === undefined) return null;
  const values = [text, ...buttons.flatMap(({ id, title }) => [title, id])];
  if (kind === "list") values.push(locale?.startsWith("en") ? "Options" : "Opciones");
  const variables = Object.fromEntries(values.map((value, index) => [String(index + 1), value]));
  return { ContentSid: contentSid, ContentVariables: JSON.stringify(variables) };
}

function fits(buttons: Button[], most: typeof QUICK): boolean {
  if (buttons.length === 0 || buttons.length > most.buttons) return false;
  return buttons.every(
    ({ id, title }) => title !== "" && title.length <= most.title && id !== "" && id.length <= most.id,
  );
}

/** What WhatsApp lets through when the window is closed. Values of an approved template are one line and never empty. */
export function templateContent(
  { contentSid, variables }: NonNullable<TwilioConfig["windowTemplate"]>,
  { contact }: Outgoing,
  text: string,
): ContentFields {
  const told: Record<string, string> = { name: contact.name ?? "", text: cutAt(text, 600) };
  const filled = Object.entries(variables).map(([name, value]) => {
    const line = value.replaceAll(/\{(name|text)\}/g, (_, slot: string) => told[slot] ?? "").replaceAll(/\s+/g, " ");
    return [name, line.trim() || "–"];
  });
  return { ContentSid: contentSid, ContentVariables: JSON.stringify(Object.fromEntries(filled)) };
}

export const withList = ({ text, buttons = [] }: Answer, dialect: (text: string) => string): string => {
  const list = buttons.map(({ title }, index) => `${index + 1}. ${title}`).join("\n");
  return [dialect(text), list].filter((part) => part !== "").join("\n\n");
};
