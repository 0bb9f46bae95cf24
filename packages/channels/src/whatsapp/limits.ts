import type { OutFile } from "@charla/domain/inbound";
import type { Capabilities } from "../contract.ts";
import { type FileLimit, fits } from "../file-links.ts";

export const MAX_BODY_WITH_BUTTONS = 1024;
export const MAX_CAPTION = 1024;
export const MAX_REPLY_BUTTONS = 3;
export const MAX_REPLY_TITLE = 20;
export const MAX_ROWS = 10;
export const MAX_ROW_TITLE = 24;
export const MAX_ROW_DESCRIPTION = 72;
export const MAX_ROW_ID = 200;

const WINDOW_MS = 24 * 3_600_000;
/** https://developers.facebook.com/docs/whatsapp/cloud-api/overview#throughput */
const PER_SECOND = 80;
const PAIR_MS = 6000;
const PAIR_BURST = 45;

export const capabilities: Capabilities = {
  maxText: 4096,
  maxButtons: MAX_ROWS,
  streams: false,
  typing: true,
  markdown: "full",
  // Statuses carry our id back within seconds; a minute is ten times what they take on a bad day.
  ambiguous: { tier: "callback", settleMs: 60_000, policy: "hold" },
  maxBubbles: 3,
  windowMs: WINDOW_MS,
  rates: {
    account: { everyMs: 1000 / PER_SECOND, burst: PER_SECOND },
    person: { everyMs: PAIR_MS, burst: PAIR_BURST },
  },
};

const MB = 1_048_576;

/** What WhatsApp shows as what it is, by its type without parameters, and the largest it takes. */
const SHOWN: Record<Exclude<OutFile["type"], "voice">, FileLimit> = {
  image: { mimes: ["image/jpeg", "image/png"], maxBytes: 5 * MB },
  audio: { mimes: ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"], maxBytes: 16 * MB },
  video: { mimes: ["video/mp4", "video/3gpp"], maxBytes: 16 * MB },
  sticker: { mimes: ["image/webp"], maxBytes: 500 * 1024 },
  document: { mimes: [], maxBytes: 100 * MB },
};

export type WireMedia = "image" | "audio" | "video" | "sticker" | "document";

/** A file that is too large or of a type WhatsApp does not show still arrives, as a document. */
export function wireTypeOf({ type, mime, size = 0 }: OutFile): WireMedia {
  const wire = type === "voice" ? "audio" : type;
  return fits({ mime, size }, SHOWN[wire]) ? wire : "document";
}

/** Only this is played as a voice note. */
export const isVoiceNote = ({ type, mime }: OutFile): boolean =>
  type === "voice" && mime.toLowerCase().startsWith("audio/ogg");

export const takesCaption = (wire: WireMedia): boolean => wire === "image" || wire === "video" || wire === "document";
