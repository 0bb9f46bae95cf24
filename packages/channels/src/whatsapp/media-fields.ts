import type { Media } from "@charla/domain/inbound";
import { Rejection } from "../http/event-fields.ts";
import { type Fields, shortOf, textOf } from "../meta/json.ts";
import { hexOf } from "@charla/domain/hex";

const MEDIA_ID = /^[\x21-\x7e]{1,256}$/;
const HEX = /^[0-9a-f]{64}$/i;

/** `ref` is the id by which the bytes are asked for later; the address in the webhook lives five minutes. */
export function mediaOf(type: Media["type"], fields: Fields): Media {
  const ref = textOf(fields["id"]);
  if (ref === undefined || !MEDIA_ID.test(ref)) throw new Rejection("invalid_media");
  const mime = shortOf(fields["mime_type"], 255);
  const name = shortOf(fields["filename"], 255);
  const sha256 = digestOf(fields["sha256"]);
  return {
    type: type === "audio" && fields["voice"] === true ? "voice" : type,
    ref,
    ...(mime !== undefined && { mime }),
    ...(name !== undefined && { name }),
    ...(sha256 !== undefined && { sha256 }),
  };
}

/** Base64 in webhooks and hex in the answer about a file; both are of the plain file. */
export function digestOf(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  if (HEX.test(text)) return text.toLowerCase();
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return bytes.length === 32 ? hexOf(bytes) : undefined;
  } catch {
    return undefined;
  }
}
