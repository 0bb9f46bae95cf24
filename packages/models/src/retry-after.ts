const MAX_MS = 24 * 60 * 60 * 1000;

/** How long the server asks us to wait: `retry-after-ms` before `retry-after` in seconds or as a date. */
export function retryAfterMs(headers: Record<string, string>, now: number): number | undefined {
  const ms = Number(headers["retry-after-ms"] ?? Number.NaN);
  if (Number.isFinite(ms)) return bounded(ms);
  const value = headers["retry-after"];
  if (value === undefined || value.trim() === "") return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return bounded(seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : bounded(date - now);
}

const bounded = (ms: number): number => Math.min(Math.max(Math.ceil(ms), 0), MAX_MS);

/** Google says it in the body instead: `"retryDelay": "21.5s"`. */
export function retryDelayMs(body: string): number | undefined {
  const seconds = /"retryDelay"\s*:\s*"(\d{1,6}(?:\.\d+)?)s"/.exec(body)?.[1];
  return seconds === undefined ? undefined : bounded(Number(seconds) * 1000);
}
