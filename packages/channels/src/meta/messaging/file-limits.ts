import type { FileLimit } from "../../file-links.ts";

const MB = 1_048_576;
type Attachment = "image" | "video" | "audio" | "file";
export type AttachmentLimits = Record<Attachment, FileLimit>;

const image = { mimes: ["image/jpeg", "image/png", "image/gif"], maxBytes: 8 * MB };
const audio = { mimes: ["audio/aac", "audio/mp4", "audio/mpeg", "audio/wav", "audio/ogg"], maxBytes: 25 * MB };
const video = { mimes: ["video/mp4", "video/webm"], maxBytes: 25 * MB };
const OFFICE = "application/vnd.openxmlformats-officedocument";

/** https://developers.facebook.com/docs/messenger-platform/send-messages#attachments */
export const messengerFiles: AttachmentLimits = {
  image,
  audio,
  video,
  file: {
    mimes: [
      "application/pdf",
      "application/zip",
      "application/msword",
      "application/vnd.ms-excel",
      "application/vnd.ms-powerpoint",
      `${OFFICE}.wordprocessingml.document`,
      `${OFFICE}.spreadsheetml.sheet`,
      `${OFFICE}.presentationml.presentation`,
      "text/plain",
      "text/csv",
    ],
    maxBytes: 25 * MB,
  },
};

/** https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api */
export const instagramFiles: AttachmentLimits = {
  image,
  audio: { ...audio, mimes: ["audio/aac", "audio/mp4", "audio/wav"] },
  video,
  file: { mimes: ["application/pdf"], maxBytes: 25 * MB },
};
