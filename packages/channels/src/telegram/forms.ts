import type { Bubble, OutMedia } from "../contract.ts";
import { cutAt } from "../clean-text.ts";
import { withLinks } from "../file-links.ts";
import { telegramLength, toPlain, toTelegramHtml } from "../markdown/dialects.ts";
import type { Refusal } from "./api.ts";
import type { TelegramConfig } from "./account.ts";

/** One way of saying a bubble; the next one is taken when the vendor refuses it for a reason that the next one mends. */
export type Form = {
  method: string;
  params: Record<string, unknown>;
  /** A file whose bytes go with it, in that field. */
  upload?: { field: string; file: OutMedia };
  mendedByNext?: (refusal: Refusal) => boolean;
};

export const MAX_TEXT = 4096;
export const MAX_CAPTION = 1024;
/** What Telegram fetches from an address: photos up to 5 MB, all else up to 20 MB. */
const MAX_PHOTO_BYTES = 5 * 1024 * 1024;
const MAX_FILE_BYTES = 20 * 1024 * 1024;
/** What it takes as bytes. */
const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;
const TABLE = /^\s*\|?[\s:|-]*-{3,}[\s:|-]*\|[\s:|-]*$/m;

/** Documents that may be named by their address; the vendor's servers refuse all others. */
const FETCHED_DOCUMENTS = new Set(["application/pdf", "application/zip", "image/gif"]);

/** What a person sees once the vendor has read the entities. */
function shownText(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

export function formsOf({ text, media = [] }: Bubble, config: TelegramConfig): Form[] {
  const [file, ...more] = media;
  if (file === undefined) return textForms(text, config);
  const asLink = textForms(withLinks(text, media), config);
  const form = more.length === 0 ? fileForm(text, file) : undefined;
  return form === undefined ? asLink : [form, ...asLink];
}

function textForms(text: string, { richMessages }: TelegramConfig): Form[] {
  const html = toTelegramHtml(text);
  const plain = toPlain(text);
  const forms: Form[] = [
    {
      method: "sendMessage",
      params: { text: html, parse_mode: "HTML" },
      mendedByNext: ({ status, description }) => status === 400 && /can't parse|entit/i.test(description),
    },
    // Plain text spells out addresses, so it may be longer than what the limit was counted on.
    { method: "sendMessage", params: { text: plain.length <= MAX_TEXT ? plain : cutAt(shownText(html), MAX_TEXT) } },
  ];
  if (!richMessages || !TABLE.test(text)) return forms;
  const rich: Form = {
    method: "sendRichMessage",
    params: { rich_message: { markdown: text } },
    // A server of an older version does not know the method.
    mendedByNext: ({ status }) => status === 400 || status === 404,
  };
  return [rich, ...forms];
}

/**
 * Telegram fetches the file itself; documents that it would not fetch go up with the message. Anything else is sent as a
 * link, and so is what it refuses.
 */
function fileForm(text: string, file: OutMedia): Form | undefined {
  const { type, url, mime, size = 0 } = file;
  const [method, field] = FILE_METHODS[type];
  const fetched = type !== "document" || (FETCHED_DOCUMENTS.has(mime) && size <= MAX_FILE_BYTES);
  const most = type === "image" ? MAX_PHOTO_BYTES : fetched ? MAX_FILE_BYTES : MAX_UPLOAD_BYTES;
  if (size > most) return undefined;
  const caption = toTelegramHtml(text);
  if (caption !== "" && (type === "sticker" || telegramLength(caption) > MAX_CAPTION)) return undefined;
  return {
    method,
    params: { ...(fetched && { [field]: url }), ...(caption !== "" && { caption, parse_mode: "HTML" }) },
    ...(!fetched && { upload: { field, file } }),
    mendedByNext: ({ status }) => status === 400 || status === 413,
  };
}

const FILE_METHODS: Record<OutMedia["type"], [method: string, field: string]> = {
  image: ["sendPhoto", "photo"],
  audio: ["sendAudio", "audio"],
  voice: ["sendVoice", "voice"],
  video: ["sendVideo", "video"],
  document: ["sendDocument", "document"],
  sticker: ["sendSticker", "sticker"],
};
