/**
 * Keys that people paste where a model, and with it everybody who writes to it, can read them. Only shapes that nothing else
 * has: a false alarm keeps somebody from saving their own words.
 */
const SHAPES: readonly [string, RegExp][] = [
  ["an API key", /\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)[-_][A-Za-z0-9_-]{16,}/u],
  ["an API key", /\bsk-[A-Za-z0-9]{20,}/u],
  ["an API key of Google", /\bAIza[0-9A-Za-z_-]{35}\b/u],
  ["an access key of Amazon", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/u],
  ["a token of GitHub", /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,})/u],
  ["a token of Slack", /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/u],
  ["a token of Meta", /\bEAA[A-Za-z0-9]{40,}/u],
  ["a token of a Telegram bot", /\b\d{8,10}:[A-Za-z0-9_-]{35}\b/u],
  ["a key of this platform", /\bck_[A-Za-z0-9_-]{20,}/u],
  ["a signed token", /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/u],
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/u],
  ["an address with a password", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]{3,}@/iu],
];

/** What it looks like, or nothing. */
export const secretIn = (text: string): string | undefined => SHAPES.find(([, shape]) => shape.test(text))?.[0];
