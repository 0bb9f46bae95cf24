import type { Media } from "@charla/domain/inbound";
import { cutAt, wellFormed } from "../clean-text.ts";
import { Rejection } from "../http/event-fields.ts";

const MAX_MEDIA = 20;
const MAX_URL = 2048;
const FILE_NAME = /^[^\n/\\]{1,250}\.[A-Za-z0-9]{1,8}$/;

/** WhatsApp documents carry their file name where other messages carry the text. */
export function fileNameIn(fields: URLSearchParams): string | undefined {
  const body = fields.get("Body") ?? "";
  if (fields.get("MessageType") !== "document" || !FILE_NAME.test(body)) return undefined;
  return cutAt(wellFormed(body), 255);
}

export function mediaOf(fields: URLSearchParams): Media[] {
  const count = Math.min(Number(fields.get("NumMedia") ?? 0) || 0, MAX_MEDIA);
  const media: Media[] = [];
  for (let index = 0; index < count; index++) {
    const ref = fields.get(`MediaUrl${index}`) ?? "";
    if (ref.length > MAX_URL || !/^https?:$/.test(URL.parse(ref)?.protocol ?? "")) throw new Rejection("invalid_media");
    const mime = cutAt(wellFormed(fields.get(`MediaContentType${index}`) ?? ""), 255);
    const name = fileNameIn(fields);
    media.push({
      type: typeOf(mime, fields.get("MessageType")),
      ref,
      ...(mime !== "" && { mime }),
      ...(name !== undefined && { name }),
    });
  }
  return media;
}

/** On WhatsApp a recording made in the chat is Ogg; other audio is a file that somebody sent. */
function typeOf(mime: string, messageType: string | null): Media["type"] {
  const [major = "", minor = ""] = mime.toLowerCase().split(";", 1)[0]?.split("/") ?? [];
  if (messageType === "sticker") return "sticker";
  if (messageType === "document") return "document";
  if (major === "image") return "image";
  if (major === "video") return "video";
  if (major === "audio") return messageType === "audio" && minor === "ogg" ? "voice" : "audio";
  return "document";
}
