import type { Language } from "./language.ts";

interface Picture {
  format: string;
  bytes: number;
  width?: number;
  height?: number;
}

const decode = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

function jpegSize(view: DataView): { width: number; height: number } | undefined {
  let at = 2;
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** What the file itself says: format and size come from its header, never from its name. */
export function inspect(bytes: Uint8Array): Picture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = (...magic: number[]) => bytes.length >= 24 && magic.every((value, index) => bytes[index] === value);
  if (starts(0x89, 0x50, 0x4e, 0x47))
    return { format: "PNG", bytes: bytes.length, width: view.getUint32(16), height: view.getUint32(20) };
  if (starts(0x47, 0x49, 0x46))
    return { format: "GIF", bytes: bytes.length, width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (starts(0xff, 0xd8)) return { format: "JPEG", bytes: bytes.length, ...jpegSize(view) };
  if (starts(0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57) return { format: "WebP", bytes: bytes.length };
  return { format: "", bytes: bytes.length };
}

/** "una imagen PNG de 640 × 480 (12 KB)" for a data URL; a remote one is named, not fetched. */
export function describePicture(url: string, language: Language): string {
  const es = language === "es";
  const data = /^data:([^;,]*)[^,]*;base64,(.*)$/s.exec(url);
  if (!data) return es ? `un enlace a una imagen (${url.slice(0, 100)})` : `a link to an image (${url.slice(0, 100)})`;
  const picture = inspect(decode(data[2] ?? ""));
  const size = picture.width === undefined ? "" : `${es ? " de " : " of "}${picture.width} × ${picture.height}`;
  const weight = picture.bytes < 1024 ? `${picture.bytes} B` : `${Math.round(picture.bytes / 1024)} KB`;
  const format = picture.format || data[1] || "";
  return es ? `una imagen ${format}${size} (${weight})` : `a ${format} image${size} (${weight})`;
}
