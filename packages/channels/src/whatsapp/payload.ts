import { cutAt } from "../clean-text.ts";
import type { Bubble, Button, OutMedia, Outgoing } from "../contract.ts";
import { toPlain, toWhatsApp } from "../markdown/dialects.ts";
import type { Template, WhatsAppConfig } from "./account.ts";
import { addressKind } from "./identity.ts";
import { isVoiceNote, MAX_ROW_DESCRIPTION, MAX_ROW_TITLE, takesCaption, wireTypeOf } from "./limits.ts";
import { areReplyButtons } from "./render.ts";
import { tracerOf } from "../meta/tracer.ts";

type Content = { type: string } & Record<string, unknown>;
/** Where Meta finds the file: one it already has, or an address it fetches from. */
export type FileSource = { id: string } | { link: string };

const MAX_PARAMETER = 1024;
const NOTHING = "–";

/** Everything around the content: to whom, what it answers, and what comes back on its statuses. */
export function envelopeOf(message: Outgoing, content: Content, config: WhatsAppConfig): Record<string, unknown> {
  const kind = addressKind(message.contact.address);
  const quoted = config.quote === "always" || (config.quote === "groups" && kind === "group");
  const answered = quoted && content.type !== "template" ? message.inReplyTo.at(-1) : undefined;
  return {
    messaging_product: "whatsapp",
    recipient_type: kind === "group" ? "group" : "individual",
    ...(kind === "user" ? { recipient: message.contact.address } : { to: message.contact.address }),
    ...(answered !== undefined && { context: { message_id: answered } }),
    biz_opaque_callback_data: tracerOf(message.id, message.thread),
    ...content,
  };
}

export function contentOf({ text, buttons = [] }: Bubble, config: WhatsAppConfig): Content {
  const words = toWhatsApp(text);
  if (buttons.length === 0) return { type: "text", text: { body: words, preview_url: /https?:\/\//.test(words) } };
  const interactive = areReplyButtons(buttons)
    ? { type: "button", action: { buttons: buttons.map(({ id, title }) => ({ type: "reply", reply: { id, title } })) } }
    : { type: "list", action: { button: config.listLabel, sections: [{ rows: buttons.map(rowOf) }] } };
  return { type: "interactive", interactive: { ...interactive, body: { text: words } } };
}

function rowOf({ id, title }: Button): Record<string, string> {
  if (title.length <= MAX_ROW_TITLE) return { id, title };
  return {
    id,
    title: `${cutAt(title, MAX_ROW_TITLE - 1).trimEnd()}…`,
    description: cutAt(title, MAX_ROW_DESCRIPTION),
  };
}

export function fileContentOf(file: OutMedia, text: string, source: FileSource): Content {
  const type = wireTypeOf(file);
  const caption = text.trim() === "" || !takesCaption(type) ? undefined : toWhatsApp(text);
  return {
    type,
    [type]: {
      ...source,
      ...(caption !== undefined && { caption }),
      ...(type === "document" && { filename: file.name ?? "archivo" }),
      ...(type === "audio" && isVoiceNote(file) && { voice: true }),
    },
  };
}

/** The only thing that may be sent once a day has passed since the person wrote. */
export function templateContentOf(template: Template, message: Outgoing): Content {
  const values = {
    text: toPlain(message.bubble.text) || (message.bubble.media?.[0]?.name ?? ""),
    name: message.contact.name ?? "",
  };
  const parameters = template.parameters.map(({ name, value }) => ({
    type: "text",
    ...(name !== undefined && { parameter_name: name }),
    text: parameterOf(
      value.replaceAll(/\{(text|name)\}/g, (_, key: string) => (key === "text" ? values.text : values.name)),
    ),
  }));
  return {
    type: "template",
    template: {
      name: template.name,
      language: { code: template.language },
      ...(parameters.length > 0 && { components: [{ type: "body", parameters }] }),
    },
  };
}

/** Meta refuses parameters that are empty, hold line breaks or more than four spaces in a row. */
function parameterOf(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line === "") return NOTHING;
  return line.length <= MAX_PARAMETER ? line : `${cutAt(line, MAX_PARAMETER - 1)}…`;
}
