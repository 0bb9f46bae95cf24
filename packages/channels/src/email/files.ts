import type { Media } from "@charla/domain/inbound";
import { cutAt, wellFormed } from "../clean-text.ts";
import type { MailFile } from "./mail.ts";

const MAX_FILES = 30;
/** Logos and tracking dots of a signature; a picture that somebody pasted is larger. */
const ORNAMENT_BYTES = 4_096;
const CONTROL = /\p{Cc}/gu;

export const filesOf = (files: readonly MailFile[]): Media[] =>
  files
    .filter((file) => !isOrnament(file))
    .slice(0, MAX_FILES)
    .map(({ ref, mime, name, size }): Media => {
      const shown = cleanFileName(name);
      return {
        type: mediaType(mime),
        ref,
        mime: bareMime(mime),
        ...(shown !== "" && { name: shown }),
        ...(size !== undefined && { size }),
      };
    });

export const bareMime = (mime: string): string => {
  const bare = mime.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return /^[\w.+-]{1,100}\/[\w.+-]{1,150}$/.test(bare) ? bare : "application/octet-stream";
};

const cleanFileName = (name = ""): string => cutAt(wellFormed(name.replaceAll(CONTROL, "")).trim(), 200);

const isOrnament = ({ inline, mime, size }: MailFile): boolean =>
  inline && mime.startsWith("image/") && size !== undefined && size < ORNAMENT_BYTES;

function mediaType(mime: string): Media["type"] {
  const family = mime.split("/", 1)[0]?.toLowerCase();
  return family === "image" || family === "audio" || family === "video" ? family : "document";
}
