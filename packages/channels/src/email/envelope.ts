/** A raw mail is handed over like a webhook whose head holds the envelope. */
export const RAW_MAIL = "message/rfc822";
const FROM = "x-envelope-from";
const TO = "x-envelope-to";

export type Envelope = { from: string; to: string };

/** Encoded: addresses may be of any script, heads of requests may not. */
export const headersOf = ({ from, to }: Envelope): Headers =>
  new Headers({ "content-type": RAW_MAIL, [FROM]: encodeURIComponent(from), [TO]: encodeURIComponent(to) });

export const envelopeOf = (headers: Headers): Envelope => ({ from: decoded(headers, FROM), to: decoded(headers, TO) });

function decoded(headers: Headers, name: string): string {
  try {
    return decodeURIComponent(headers.get(name) ?? "");
  } catch {
    return "";
  }
}
