/** What bytes are by their own first words; names and declared types are only believed where bytes cannot tell. */
export type Sniffed = { mime: string; family: "image" | "audio" | "video" | "pdf" | "zip" | "text" | "unknown" };

type Mark = { at?: number; bytes: string; mime: string; family: Sniffed["family"] };

/** `bytes` in Latin-1. */
const MARKS: readonly Mark[] = [
  { bytes: "\x89PNG\r\n\x1a\n", mime: "image/png", family: "image" },
  { bytes: "\xff\xd8\xff", mime: "image/jpeg", family: "image" },
  { bytes: "GIF87a", mime: "image/gif", family: "image" },
  { bytes: "GIF89a", mime: "image/gif", family: "image" },
  { at: 8, bytes: "WEBP", mime: "image/webp", family: "image" },
  { at: 4, bytes: "ftypheic", mime: "image/heic", family: "image" },
  { at: 4, bytes: "ftypavif", mime: "image/avif", family: "image" },
  { at: 4, bytes: "ftypM4A", mime: "audio/mp4", family: "audio" },
  { at: 4, bytes: "ftyp", mime: "video/mp4", family: "video" },
  { bytes: "OggS", mime: "audio/ogg", family: "audio" },
  { bytes: "ID3", mime: "audio/mpeg", family: "audio" },
  { bytes: "\xff\xfb", mime: "audio/mpeg", family: "audio" },
  { bytes: "\xff\xf3", mime: "audio/mpeg", family: "audio" },
  { bytes: "\xff\xf1", mime: "audio/aac", family: "audio" },
  { bytes: "#!AMR", mime: "audio/amr", family: "audio" },
  { bytes: "fLaC", mime: "audio/flac", family: "audio" },
  { at: 8, bytes: "WAVE", mime: "audio/wav", family: "audio" },
  { bytes: "\x1aE\xdf\xa3", mime: "video/webm", family: "video" },
  { bytes: "%PDF-", mime: "application/pdf", family: "pdf" },
  { bytes: "PK\x03\x04", mime: "application/zip", family: "zip" },
  { bytes: "PK\x05\x06", mime: "application/zip", family: "zip" },
  { bytes: "MZ", mime: "application/vnd.microsoft.portable-executable", family: "unknown" },
  { bytes: "\x7fELF", mime: "application/x-elf", family: "unknown" },
  { bytes: "\xd0\xcf\x11\xe0", mime: "application/x-ole-storage", family: "unknown" },
];

const HEAD_BYTES = 512;

export function sniff(bytes: Uint8Array): Sniffed {
  for (const { at = 0, bytes: mark, mime, family } of MARKS) if (startsWith(bytes, mark, at)) return { mime, family };
  return looksLikeText(bytes) ? { mime: textMime(bytes), family: "text" } : UNKNOWN;
}

const UNKNOWN: Sniffed = { mime: "application/octet-stream", family: "unknown" };

function startsWith(bytes: Uint8Array, mark: string, at: number): boolean {
  if (bytes.length < at + mark.length) return false;
  for (let i = 0; i < mark.length; i++) if (bytes[at + i] !== mark.charCodeAt(i)) return false;
  return true;
}

function looksLikeText(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  if (startsWith(bytes, "\xff\xfe", 0) || startsWith(bytes, "\xfe\xff", 0)) return true;
  const head = bytes.subarray(0, HEAD_BYTES);
  return head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d);
}

/** Markup that a browser would run is named as what it is, whatever it calls itself. */
function textMime(bytes: Uint8Array): string {
  const head = String.fromCharCode(...bytes.subarray(0, HEAD_BYTES)).toLowerCase();
  if (/<(?:!doctype html|html|head|body|script|iframe)\b/.test(head)) return "text/html";
  if (head.includes("<svg")) return "image/svg+xml";
  return "text/plain";
}

const SAFE_INLINE = /^(?:image\/(?:png|jpeg|gif|webp)|audio\/[a-z0-9.+-]+|video\/(?:mp4|webm))$/;

/** Whether a browser may show it in a page of ours; anything else is only ever a download. */
export const isSafeInline = (mime: string): boolean => SAFE_INLINE.test(mime);
