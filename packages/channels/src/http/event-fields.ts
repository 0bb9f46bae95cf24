import type { Contact, Media } from "@charla/domain/inbound";
import { cutAt, MAX_TEXT, wellFormed } from "../clean-text.ts";
import { isRecord } from "../json-body.ts";

/** Why one item was not taken; the reasons are part of the documented answer. */
export class Rejection extends Error {}

const EXTERNAL_ID = /^[\x21-\x7e]{1,256}$/;
/** Names and threads may be of any script, but hold no control characters. */
const CONTROL = /\p{Cc}/u;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const LOCALE = /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}$/;
const SHA256 = /^[0-9a-f]{64}$/i;
const MAX_NAME = 200;
/** In UTF-16 units: at most three bytes each, so that the name of the object stays within its 1,024 bytes. */
const MAX_THREAD = 256;
const MAX_ALIASES = 16;
const MAX_ATTACHMENTS = 30;
const MAX_URL = 2048;
const FUTURE_MS = 5 * 60_000;
const STALE_MS = 8 * 24 * 3_600_000;
const MEDIA_TYPES = new Set(["image", "audio", "voice", "video", "document", "sticker"]);

export function externalId(value: unknown, field: string): string {
  if (typeof value !== "string" || !EXTERNAL_ID.test(value)) throw new Rejection(`invalid_${field}`);
  return value;
}

export function threadKey(value: unknown): string {
  if (
    typeof value !== "string" ||
    value === "" ||
    value.length > MAX_THREAD ||
    !value.isWellFormed() ||
    CONTROL.test(value)
  ) {
    throw new Rejection("invalid_conversation");
  }
  return value;
}

/** Milliseconds since 1970 or ISO 8601 with a zone. A fast clock is forgiven, an old event is not: it may be a replay. */
export function eventTime(value: unknown, now: number): number {
  if (value === undefined) return now;
  const at =
    typeof value === "number" ? value : typeof value === "string" && ISO_TIME.test(value) ? Date.parse(value) : NaN;
  if (!Number.isFinite(at)) throw new Rejection("invalid_timestamp");
  if (at < now - STALE_MS) throw new Rejection("stale_timestamp");
  return at > now + FUTURE_MS ? now : Math.trunc(at);
}

export function messageText(value: unknown): { text: string; cutFrom?: number } {
  if (value === undefined || value === null) return { text: "" };
  if (typeof value !== "string") throw new Rejection("invalid_text");
  const text = wellFormed(value);
  return text.length > MAX_TEXT ? { text: cutAt(text, MAX_TEXT), cutFrom: text.length } : { text };
}

export function shortText(value: unknown, field: string, max: number): string {
  if (typeof value !== "string") throw new Rejection(`invalid_${field}`);
  return cutAt(wellFormed(value), max);
}

export function contactOf(value: unknown): Contact {
  if (!isRecord(value)) throw new Rejection("invalid_contact");
  const contact: Contact = { address: addressOf(value["id"]) };
  const { name, locale, aliases } = value;
  if (typeof name === "string" && name !== "") contact.name = cutAt(wellFormed(name), MAX_NAME);
  if (typeof locale === "string" && LOCALE.test(locale)) contact.locale = locale;
  if (Array.isArray(aliases) && aliases.length > 0) {
    if (aliases.length > MAX_ALIASES) throw new Rejection("invalid_contact");
    contact.aliases = aliases.map(addressOf);
  }
  return contact;
}

function addressOf(value: unknown): string {
  if (typeof value !== "string" || value === "" || value.length > 256 || !value.isWellFormed() || CONTROL.test(value)) {
    throw new Rejection("invalid_contact");
  }
  return value;
}

export function attachmentsOf(value: unknown): Media[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length > MAX_ATTACHMENTS) throw new Rejection("invalid_attachment");
  return value.length === 0 ? undefined : value.map(attachmentOf);
}

function attachmentOf(value: unknown): Media {
  if (!isRecord(value)) throw new Rejection("invalid_attachment");
  const { type, url, mime, name, size, sha256 } = value;
  if (typeof url !== "string" || url.length > MAX_URL || !isWebUrl(url)) throw new Rejection("invalid_attachment");
  const media: Media = { type: isMediaType(type) ? type : "document", ref: url };
  if (typeof mime === "string") media.mime = cutAt(wellFormed(mime), 255);
  if (typeof name === "string") media.name = cutAt(wellFormed(name), 255);
  if (typeof size === "number" && Number.isSafeInteger(size) && size >= 0) media.size = size;
  if (typeof sha256 === "string" && SHA256.test(sha256)) media.sha256 = sha256.toLowerCase();
  return media;
}

const isMediaType = (value: unknown): value is Media["type"] => typeof value === "string" && MEDIA_TYPES.has(value);

function isWebUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    (url.protocol === "https:" || url.protocol === "http:") &&
    url.username === "" &&
    url.password === ""
  );
}

export function actionOf(value: unknown): { id: string; title: string } | undefined {
  if (value === undefined) return undefined;
  if (!isRecord(value)) throw new Rejection("invalid_action");
  return { id: shortText(value["id"], "action", 256), title: shortText(value["title"] ?? value["id"], "action", 256) };
}
