const MASK = "…";
/** Shorter ones would tear holes into ordinary words; no channel has one. */
const SHORTEST = 8;
/** Of `name:password` the password alone is a secret, too. */
const SHORTEST_PART = 16;

/** Takes the account's secrets out of whatever a vendor says back: as they are, and as addresses, JSON and Basic write them. */
export function secretHider(...secrets: unknown[]): <T>(value: T) => T {
  const forms = new Set(secrets.flatMap(textsIn).flatMap(formsOf));
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
  const hide = (text: string): string => longestFirst.reduce((shown, secret) => shown.replaceAll(secret, MASK), text);
  return <T>(value: T): T => mapTexts(value, hide) as T;
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value.length < SHORTEST ? [] : [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const formsOf = (secret: string): string[] =>
  [secret, ...secret.split(":").filter((part) => part.length >= SHORTEST_PART)].flatMap((part) => [
    part,
    encodeURIComponent(part),
    JSON.stringify(part).slice(1, -1),
    ...[0, 1, 2].map((before) => base64Of(part, before)),
  ]);

/** As it stands in the base64 of a longer text, with so many bytes (modulo three) before it: `name:password` of Basic. */
function base64Of(text: string, before: number): string {
  const bytes = new Uint8Array([...Array.from({ length: before }, () => 0), ...new TextEncoder().encode(text)]);
  const whole = btoa(String.fromCharCode(...bytes));
  return whole.slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, map)]));
}
