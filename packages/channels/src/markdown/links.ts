const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);
const HIDDEN = /[\s\p{Cc}\p{Cf}]/gu;
const MAX_HREF = 2048;

/** An absolute address that may be opened, or null: relative ones point nowhere in a chat, `javascript:` is no link. */
export function safeHref(href: string): string | null {
  const whole = href.trim();
  if (whole.length > MAX_HREF) return null;
  const url = URL.parse(whole);
  if (url === null || !SAFE.has(url.protocol) || !/^[a-z]+:/i.test(whole)) return null;
  if ((url.protocol === "http:" || url.protocol === "https:") && !/^https?:\/\/[^/]/i.test(whole)) return null;
  return whole.replaceAll(HIDDEN, (char) => encodeURIComponent(char));
}

/** The address as a person would dial or write it. */
export const shownHref = (href: string): string => href.replace(/^(?:mailto|tel):/i, "");
