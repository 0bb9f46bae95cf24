import type { Answer, Bubble, OutMedia } from "../src/contract.ts";

export const outMedia = (url: string, mime: string, more: Partial<OutMedia> = {}): OutMedia => ({
  type: "image",
  ref: "fil_01k9zx7q2v8m4n6p0r5t3w1yab",
  url,
  mime,
  ...more,
});

/** A rendered bubble as its channel is given it. */
export const asSent = ({ media, ...bubble }: Answer): Bubble => ({
  ...bubble,
  ...(media && { media: media.map((file) => ({ url: `https://files.example/${file.ref}`, ...file })) }),
});
