import type { Media, MessagePart } from "@charla/domain/inbound";
import { cutAt, wellFormed } from "../clean-text.ts";
import { Rejection } from "../http/event-fields.ts";
import { type Fields, recordOf, recordsOf, textOf } from "./fields.ts";
import { plainOfRich } from "./rich-text.ts";

/** What a message holds, whoever sent it. `null` for what is said of a chat and by nobody ("Ada joined the group"). */
export type Content = { text: string; media?: Media[]; parts?: MessagePart[] } | { unsupported: string } | null;

const MAX_REF = 2048;

/** Contents that a person sends on purpose and that no reader here knows. */
const UNREAD = [
  "poll",
  "dice",
  "game",
  "story",
  "paid_media",
  "invoice",
  "checklist",
  "giveaway",
  "gift",
  "unique_gift",
  "passport_data",
  "users_shared",
  "chat_shared",
];

/** Messages about the chat itself. */
const SERVICE =
  /^(new_chat_|left_chat_|delete_chat_|chat_owner_|chat_background_|group_chat_|supergroup_chat_|channel_chat_|community_chat_|forum_topic_|general_forum_|video_chat_|giveaway_|suggested_post_|checklist_tasks_|poll_option_|pinned_message|message_auto_delete|successful_payment|refunded_payment|connected_website|write_access_allowed|proximity_alert|boost_added|gift_upgrade|managed_bot|paid_message_price|direct_message_price|migrate_)/;

export function contentOf(message: Fields): Content {
  const media = mediaOf(message);
  const parts = partsOf(message);
  const rich = recordOf(message["rich_message"]);
  const text =
    textOf(message["text"]) ??
    textOf(message["caption"]) ??
    (rich && textOf(plainOfRich(rich))) ??
    textOf(recordOf(message["sticker"])?.["emoji"]);
  if (text !== undefined || media !== undefined || parts !== undefined) {
    return { text: text ?? "", ...(media && { media }), ...(parts && { parts }) };
  }
  const unread = UNREAD.find((name) => message[name] !== undefined);
  if (unread !== undefined) return { unsupported: unread };
  return Object.keys(message).some((name) => SERVICE.test(name)) ? null : { unsupported: "message" };
}

/** An animation also comes as a document and a live photo as a photo, so the more telling name is asked first. */
function mediaOf(message: Fields): Media[] | undefined {
  const photo = recordsOf(message["photo"]).at(-1);
  if (photo !== undefined) return [fileOf("image", photo, "image/jpeg")];
  const named: [string, Media["type"], string?][] = [
    ["voice", "voice", "audio/ogg"],
    ["audio", "audio"],
    ["animation", "video", "video/mp4"],
    ["video", "video", "video/mp4"],
    ["video_note", "video", "video/mp4"],
    ["document", "document"],
  ];
  for (const [name, type, mime] of named) {
    const file = recordOf(message[name]);
    if (file !== undefined) return [fileOf(type, file, mime)];
  }
  const sticker = recordOf(message["sticker"]);
  return sticker && [fileOf("sticker", sticker, stickerType(sticker))];
}

function stickerType(sticker: Fields): string {
  if (sticker["is_animated"] === true) return "application/x-tgsticker";
  return sticker["is_video"] === true ? "video/webm" : "image/webp";
}

function fileOf(type: Media["type"], file: Fields, mime?: string): Media {
  const ref = textOf(file["file_id"]);
  if (ref === undefined || ref.length > MAX_REF) throw new Rejection("invalid_file");
  const media: Media = { type, ref };
  const said = textOf(file["mime_type"]) ?? mime;
  if (said !== undefined) media.mime = cutAt(wellFormed(said), 255);
  const name = textOf(file["file_name"]);
  if (name !== undefined) media.name = cutAt(wellFormed(name), 255);
  const size = file["file_size"];
  if (typeof size === "number" && Number.isSafeInteger(size) && size >= 0) media.size = size;
  return media;
}

function partsOf(message: Fields): MessagePart[] | undefined {
  const place = placeOf(message);
  if (place !== undefined) return [place];
  const contact = recordOf(message["contact"]);
  if (contact !== undefined) return [cardOf(contact)];
  const data = recordOf(message["web_app_data"]);
  if (data === undefined) return undefined;
  return [{ type: "form", name: shortOf(data["button_text"]), fields: { data: shortOf(data["data"], 4096) ?? "" } }];
}

/** A venue comes with its location twice; the venue knows the name. */
function placeOf(message: Fields): MessagePart | undefined {
  const venue = recordOf(message["venue"]);
  const location = recordOf(venue?.["location"]) ?? recordOf(message["location"]);
  if (location === undefined) return undefined;
  const { latitude, longitude } = location;
  if (typeof latitude !== "number" || typeof longitude !== "number") throw new Rejection("invalid_location");
  const name = shortOf(venue?.["title"]);
  const address = shortOf(venue?.["address"]);
  return { type: "location", latitude, longitude, ...(name && { name }), ...(address && { address }) };
}

const VCARD_MAIL = /^EMAIL[^:\n]*:(\S+)/gim;

function cardOf(contact: Fields): MessagePart {
  const name = shortOf([contact["first_name"], contact["last_name"]].map(textOf).filter(Boolean).join(" "));
  const phone = shortOf(contact["phone_number"], 64);
  const mails = [...(textOf(contact["vcard"]) ?? "").slice(0, 4096).matchAll(VCARD_MAIL)];
  return {
    type: "contact_card",
    ...(name !== undefined && { name }),
    phones: phone === undefined ? [] : [phone],
    emails: mails.slice(0, 10).map(([, mail = ""]) => wellFormed(mail)),
  };
}

export function shortOf(value: unknown, max = 255): string | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : textOf(cutAt(wellFormed(text), max));
}
