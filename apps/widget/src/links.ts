const CANDIDATE = /\bhttps?:\/\/[^\s\p{Cc}<>"'`\\^{|}]{1,2000}/giu;
const TRAILING = /[.,:;!?¡¿*_~'"»”’\]]+$/u;

export type LinkPiece = { text: string; href?: string };

/** Only absolute web addresses become links; anything else (javascript:, data:, relative, with a user name) stays text. */
export function safeHref(raw: string): string | null {
  if (!/^https?:\/\//iu.test(raw)) return null;
  try {
    const url = new URL(raw);
    const web = url.protocol === "https:" || url.protocol === "http:";
    return web && url.username === "" && url.password === "" ? url.href : null;
  } catch {
    return null;
  }
}

/** A sentence's full stop or a closing bracket that was opened outside does not belong to the address. */
function trimmed(candidate: string): string {
  let text = candidate.replace(TRAILING, "");
  while (text.endsWith(")") && text.split(")").length > text.split("(").length)
    text = text.slice(0, -1).replace(TRAILING, "");
  return text;
}

export function splitLinks(text: string): LinkPiece[] {
  const pieces: LinkPiece[] = [];
  let done = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = trimmed(match[0]);
    const href = safeHref(shown);
    if (href === null) continue;
    if (match.index > done) pieces.push({ text: text.slice(done, match.index) });
    pieces.push({ text: shown, href });
    done = match.index + shown.length;
  }
  if (done < text.length) pieces.push({ text: text.slice(done) });
  return pieces;
}
