export type XmlEvent =
  | { type: "open"; name: string; attributes: string; empty: boolean }
  | { type: "close"; name: string }
  | { type: "text"; text: string };

/**
 * A forward-only reader, enough for the XML that office programs write. It resolves no entity but the five of the
 * standard and numbers, so there is nothing to expand and nothing to fetch; names come without their prefix.
 */
export function* readXml(source: string): Generator<XmlEvent> {
  for (let at = 0; at < source.length;) {
    const open = source.indexOf("<", at);
    if (open === -1) return;
    if (open > at) yield { type: "text", text: unescapeXml(source.slice(at, open)) };
    const special = skipped(source, open);
    if (special !== null) {
      at = special;
      continue;
    }
    const end = source.indexOf(">", open);
    if (end === -1) return;
    const inner = source.slice(open + 1, end);
    if (inner.startsWith("/")) yield { type: "close", name: localName(inner.slice(1)) };
    else {
      const empty = inner.endsWith("/");
      const space = inner.search(/[\s/]/);
      const name = localName(space === -1 ? inner : inner.slice(0, space));
      yield { type: "open", name, attributes: space === -1 ? "" : inner.slice(space), empty };
    }
    at = end + 1;
  }
}

/** Comments, declarations and processing instructions: where they end. */
function skipped(source: string, open: number): number | null {
  const until = (mark: string): number => {
    const end = source.indexOf(mark, open);
    return end === -1 ? source.length : end + mark.length;
  };
  if (source.startsWith("<!--", open)) return until("-->");
  if (source.startsWith("<?", open)) return until("?>");
  if (source.startsWith("<!", open)) return until(">");
  return null;
}

const localName = (name: string): string => name.slice(name.indexOf(":") + 1).trim();

/** The value of an attribute by its local name. */
export function attributeOf(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|[\\s:])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? undefined : unescapeXml(value);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi, (whole, hex, decimal, name) => {
    if (typeof name === "string") return ENTITIES[name] ?? whole;
    const code = typeof hex === "string" ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
}
