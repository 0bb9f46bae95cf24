/**
 * Which spelling of an address was signed depends on the back end that signed it: with or without the standard port, as
 * it was written, as a URL parser writes it, or with the query as an old escaper writes it.
 * The official validator accepts the same ones.
 */
export function signedForms(url: string): string[] {
  const normal = URL.parse(url)?.href ?? url;
  const bare = withoutPort(normal);
  const full = withPort(normal);
  return [...new Set([withoutPort(url), withPort(url), bare, full, reescaped(bare), reescaped(full)])];
}

type Parts = { scheme: string; user: string; host: string; port: string; rest: string };

function partsOf(url: string): Parts | null {
  const [prefix, scheme, authority] = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)/i.exec(url) ?? [];
  if (prefix === undefined || scheme === undefined || authority === undefined) return null;
  const userEnd = authority.lastIndexOf("@") + 1;
  const address = authority.slice(userEnd);
  // A colon begins the port only behind the bracket that closes an IPv6 address.
  const colon = address.indexOf(":", address.lastIndexOf("]") + 1);
  return {
    scheme,
    user: authority.slice(0, userEnd),
    host: colon === -1 ? address : address.slice(0, colon),
    port: colon === -1 ? "" : address.slice(colon),
    rest: url.slice(prefix.length),
  };
}

function withoutPort(url: string): string {
  const parts = partsOf(url);
  return parts === null ? url : parts.scheme + parts.user + parts.host + parts.rest;
}

function withPort(url: string): string {
  const parts = partsOf(url);
  if (parts === null || parts.port !== "") return url;
  const port = parts.scheme.toLowerCase() === "https://" ? ":443" : ":80";
  return parts.scheme + parts.user + parts.host + port + parts.rest;
}

function reescaped(url: string): string {
  const start = url.indexOf("?");
  if (start === -1 || start === url.length - 1) return url;
  const pairs = url
    .slice(start + 1)
    .split("&")
    .filter((pair) => pair !== "")
    .slice(0, 1000)
    .map((pair) => {
      const equals = pair.indexOf("=");
      return equals === -1 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
    });
  // Values of a repeated name come together, where the name came first.
  const grouped = new Map<string, string[]>();
  for (const [name = "", value = ""] of pairs) {
    const known = grouped.get(unescaped(name));
    if (known === undefined) grouped.set(unescaped(name), [unescaped(value)]);
    else known.push(unescaped(value));
  }
  const query = [...grouped].flatMap(([name, values]) => values.map((value) => `${escaped(name)}=${escaped(value)}`));
  return `${url.slice(0, start)}?${query.join("&")}`;
}

function unescaped(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

const escaped = (text: string): string => encodeURIComponent(text.toWellFormed());
