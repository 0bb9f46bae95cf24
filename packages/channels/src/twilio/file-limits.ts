import type { OutMedia } from "../contract.ts";
import { fits } from "../file-links.ts";
import { isWhatsApp } from "./address.ts";

const MB = 1_048_576;
const OFFICE = "application/vnd.openxmlformats-officedocument";

/** https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages */
const BY_WHATSAPP = {
  mimes: [
    "image/jpeg",
    "image/png",
    "image/webp",
    "audio/ogg",
    "audio/amr",
    "audio/aac",
    "audio/mpeg",
    "audio/mp4",
    "video/mp4",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    `${OFFICE}.wordprocessingml.document`,
    `${OFFICE}.spreadsheetml.sheet`,
    `${OFFICE}.presentationml.presentation`,
    "text/vcard",
  ],
  maxBytes: 16 * MB,
};

/** Carriers take pictures of five megabytes with all their headers, and little else for sure. */
const BY_MMS = { mimes: ["image/jpeg", "image/png", "image/gif"], maxBytes: 5_000_000 };

/** MMS exists in the United States and in Canada; everywhere else a text message carries the link. */
export const isSendable = (file: OutMedia, to: string): boolean =>
  isWhatsApp(to) ? fits(file, BY_WHATSAPP) : to.startsWith("+1") && fits(file, BY_MMS);
