import { domainOf } from "./address.ts";
import type { Mail } from "./mail.ts";

const OUR_EDGE = "mx.cloudflare.net";

/**
 * Whether the mail service that took the mail vouches for the domain of `From`. Only the top-most header can be its own,
 * and even a sender can write one, so the envelope, which the edge has checked, must be of the same organisation.
 */
export function edgeVouches({ headers, from, envelopeFrom }: Mail): boolean {
  const results = headers.get("authentication-results");
  if (results === undefined || from === undefined || envelopeFrom === undefined || envelopeFrom === "") return false;
  const [server = "", ...methods] = results
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  if (server.split(/\s/, 1)[0] !== OUR_EDGE) return false;
  const dmarc = methods.find((method) => method.startsWith("dmarc="));
  if (dmarc === undefined || !/^dmarc=pass\b/.test(dmarc)) return false;
  const domain = domainOf(from.address);
  const said = /\bheader\.from=([^\s;]+)/.exec(dmarc)?.[1];
  return said === domain && isAligned(domain, domainOf(envelopeFrom.toLowerCase()));
}

/** DMARC's relaxed alignment, without a list of public suffixes: one must be the other's parent. */
const isAligned = (a: string, b: string): boolean => a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
