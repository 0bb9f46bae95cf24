import type { Media, MessagePart } from "@charla/domain/inbound";
import { type Fields, fieldsOf, recordsOf, shortOf, textOf } from "../json.ts";

const MAX_ATTACHMENTS = 30;
const MAX_URL = 2048;
const FILES: Record<string, Media["type"]> = { image: "image", video: "video", audio: "audio", file: "document" };
/** A story that is gone after a day, posts and reels: what matters is that they were shared. */
const SHARED = new Set(["share", "ig_reel", "reel", "ig_post", "post", "template", "fallback"]);

export type Attached = { media: Media[]; parts: MessagePart[]; unknown: string[] };

export function attachmentsOf(message: Fields): Attached {
  const attached: Attached = { media: [], parts: [], unknown: [] };
  for (const attachment of recordsOf(message["attachments"]).slice(0, MAX_ATTACHMENTS)) take(attachment, attached);
  return attached;
}

function take(attachment: Fields, { media, parts, unknown }: Attached): void {
  const type = textOf(attachment["type"]) ?? "unknown";
  const payload = fieldsOf(attachment["payload"]);
  const url = addressOf(payload["url"] ?? attachment["url"]);
  const title = shortOf(attachment["title"] ?? payload["title"], 500);
  const file = Object.hasOwn(FILES, type) ? FILES[type] : undefined;
  const coordinates = fieldsOf(payload["coordinates"]);
  const { lat: latitude, long: longitude } = coordinates;
  if (file !== undefined && url !== undefined)
    media.push({ type: payload["sticker_id"] === undefined ? file : "sticker", ref: url });
  else if (type === "location" && typeof latitude === "number" && typeof longitude === "number")
    parts.push({ type: "location", latitude, longitude, ...(title !== undefined && { name: title }) });
  else if (type === "story_mention")
    parts.push({
      type: "referral",
      source: type,
      ...(url !== undefined && { url }),
      ...(title !== undefined && { title }),
    });
  else if (SHARED.has(type) && url !== undefined)
    parts.push({ type: "link", url, ...(title !== undefined && { title }) });
  else unknown.push(type.slice(0, 64));
}

/** An address that was cut leads nowhere, so one that is too long is none. */
export function addressOf(value: unknown): string | undefined {
  const url = textOf(value);
  if (url === undefined || url.length > MAX_URL) return undefined;
  const protocol = URL.parse(url)?.protocol;
  return protocol === "https:" || protocol === "http:" ? url : undefined;
}
