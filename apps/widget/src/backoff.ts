const FIRST_MS = 1000;
const MAX_MS = 30_000;

/** Between one second and a ceiling that doubles to thirty: thousands of widgets must not come back at the same instant. */
export function reconnectDelay(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(MAX_MS, FIRST_MS * 2 ** (Math.min(attempt, 10) + 1));
  return Math.round(FIRST_MS + random() * (ceiling - FIRST_MS));
}
