import { AppError } from "./errors.ts";

/**
 * Where our Workers may connect to when somebody else chose the address. The rules look at the parsed URL only: names
 * are never resolved by hand, because the answer could differ from the one `fetch` gets.
 */
export type EgressPolicy = {
  /** Development only: plain http and any port on this machine. */
  allowLoopback: boolean;
  /** Our own public names: a call to ourselves would come in as a stranger's and could go round in circles. */
  deniedHosts?: readonly string[];
};

/** From what a deployment says of itself: "1" where loopback may be called, and the name under which it is reached. */
export const egressPolicyOf = (allowLoopback: string, publicBaseUrl: string): EgressPolicy => ({
  allowLoopback: allowLoopback === "1",
  deniedHosts: [new URL(publicBaseUrl).hostname],
});

/** `null` where the URL may be fetched, else why not (for logs and for the author of the configuration). */
export function egressRefusal(url: URL, policy: EgressPolicy): string | null {
  if (url.username !== "" || url.password !== "") return "credentials in the address";
  const host = url.hostname.replace(/\.$/, "").toLowerCase();
  if (host === "") return "no host";
  const loopback = isLoopback(host);
  if (loopback && policy.allowLoopback)
    return url.protocol === "http:" || url.protocol === "https:" ? null : `scheme ${url.protocol}`;
  if (url.protocol !== "https:") return `scheme ${url.protocol}`;
  if (loopback) return "this machine";
  if (hostAllowed(host, policy.deniedHosts ?? [])) return "our own name";
  if (url.port !== "" && !PORTS.has(url.port)) return `port ${url.port}`;
  if (host.startsWith("[")) return refusalOfV6(host.slice(1, -1));
  const v4 = parseV4(host);
  if (v4 !== null) return refusalOfV4(v4);
  return refusalOfName(host);
}

const PORTS = new Set(["443", "80", "8443"]);

export function isLoopback(host: string): boolean {
  const name = host.replace(/\.$/, "").toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  const v4 = parseV4(name);
  if (v4 !== null) return v4[0] === 127;
  return name === "[::1]";
}

/** Names that mean something inside a network, or that only a cloud's own machines can ask. */
const INTERNAL_SUFFIXES = [
  ".internal",
  ".local",
  ".localdomain",
  ".lan",
  ".home.arpa",
  ".intranet",
  ".corp",
  ".private",
  ".svc",
  ".onion",
  ".test",
  ".invalid",
];

function refusalOfName(host: string): string | null {
  if (INTERNAL_SUFFIXES.some((suffix) => host.endsWith(suffix) || host === suffix.slice(1))) return "an internal name";
  if (!host.includes(".")) return "a name without a domain";
  // The parser turns every odd spelling of an IPv4 address into four numbers; a numeric last label that is left is no public name.
  if (/(^|\.)(\d+|0x[0-9a-f]*)$/.test(host)) return "a malformed address";
  if (/(^|\.)[0-9a-f-]*\.ip6\.arpa$|\.in-addr\.arpa$/.test(host)) return "a reverse name";
  return null;
}

type V4 = readonly [number, number, number, number];

function parseV4(host: string): V4 | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  if (parts === null) return null;
  const [a = 256, b = 256, c = 256, d = 256] = parts.slice(1).map(Number);
  return Math.max(a, b, c, d) > 255 ? null : [a, b, c, d];
}

function refusalOfV4([a, b, c]: V4): string | null {
  if (a === 0) return "this network";
  if (a === 127) return "this machine";
  if (a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168)) return "a private network";
  if (a === 169 && b === 254) return "a link-local address";
  if (a === 100 && b >= 64 && b <= 127) return "a carrier's private network";
  if (a === 192 && b === 0 && (c === 0 || c === 2)) return "a reserved address";
  if (a === 192 && b === 88 && c === 99) return "a reserved address";
  if (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) return "a reserved address";
  if (a === 203 && b === 0 && c === 113) return "a reserved address";
  return a >= 224 ? "a multicast or reserved address" : null;
}

function refusalOfV6(text: string): string | null {
  const groups = parseV6(text);
  if (groups === null) return "a malformed address";
  const [g0 = 0, g1 = 0, g2 = 0, , , g5 = 0, g6 = 0, g7 = 0] = groups;
  const zeroUpTo = (count: number): boolean => groups.slice(0, count).every((group) => group === 0);
  const embedded = (high: number, low: number): string =>
    refusalOfV4([high >> 8, high & 255, low >> 8, low & 255]) ?? "an IPv4 address in disguise";
  if (zeroUpTo(5) && (g5 === 0xffff || g5 === 0)) return embedded(g6, g7);
  if (zeroUpTo(4) && groups[4] === 0xffff && g5 === 0) return embedded(g6, g7);
  if (g0 === 0x64 && g1 === 0xff9b) return embedded(g6, g7);
  if (g0 === 0x2002) return embedded(g1, g2);
  if (g0 === 0x2001 && g1 <= 0x01ff) return "a reserved address";
  if (g0 === 0x2001 && g1 === 0x0db8) return "a reserved address";
  // Global unicast is 2000::/3 without its end (documentation); everything else is local, multicast or not handed out.
  return g0 >= 0x2000 && g0 < 0x3ff0 ? null : "a local, multicast or reserved address";
}

/** The URL parser has already written the address in its canonical form (`::` at most once, hexadecimal groups). */
function parseV6(text: string): number[] | null {
  const [head = "", tail] = text.split("::");
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  const missing = 8 - left.length - right.length;
  const groups =
    tail === undefined ? left : [...left, ...Array.from({ length: Math.max(missing, 0) }, () => 0), ...right];
  return groups.length === 8 && groups.every((group) => Number.isInteger(group) && group >= 0 && group <= 0xffff)
    ? groups
    : null;
}

const groupsOf = (text: string): number[] =>
  text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));

/** A fetch for an address that a tenant configured: judged before anything is sent, redirects are handed back unfollowed. */
export function policedFetch(go: typeof fetch, policy: EgressPolicy): typeof fetch {
  return async (input, init) => {
    const refusal = egressRefusal(new URL(input instanceof Request ? input.url : String(input)), policy);
    if (refusal !== null)
      throw new AppError("EGRESS_DENIED", refusal, {
        publicMessage: { es: "Esta dirección no se puede usar", en: "This address may not be used" },
      });
    return go(input, { ...init, redirect: "manual" });
  };
}

/** Exact names only, or `*.example.com` for the names below a domain. */
export function hostAllowed(host: string, allowed: readonly string[]): boolean {
  const name = host.replace(/\.$/, "").toLowerCase();
  return allowed.some((entry) => {
    const wanted = entry.toLowerCase();
    return wanted.startsWith("*.")
      ? name.endsWith(wanted.slice(1)) && name.length > wanted.length - 1
      : name === wanted;
  });
}
