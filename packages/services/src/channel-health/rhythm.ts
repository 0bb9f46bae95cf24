/** In how many conversations people wrote during one hour, counted from the epoch. Hours without any are left out. */
export type ActiveHour = { hour: number; active: number };

/** Conversations that usually write, by hour of the week, and the unusual pauses that have been and meant nothing. */
export type Rhythm = { perHour: readonly number[]; weekly: number; pause: number };

export const HOUR_MS = 3_600_000;
const WEEK = 168;
const MOST_WEEKS = 8;
/** A first week has one Saturday, and it may have been a fair. */
const FEWEST_WEEKS = 2;
const FEWEST_ACTIVE = 30;
/** Beyond it an hour counts no further, so that one campaign is no habit. */
const CAP_PERCENTILE = 0.95;
/** Neighbouring hours share, because a week is never on time to the hour and summer time moves it by one. */
const KERNEL = [0.25, 0.5, 0.25] as const;

/**
 * Silence is measured in what it should have brought: a night brings nothing, so it may last as long as it likes. That
 * chance keeps away twelve who write independently happens once in 160,000 times.
 */
const FEWEST_EXPECTED = 12;
const PAUSE_FACTOR = 2;
const SHORTEST_MS = HOUR_MS;

/** Null while too little is known. What comes after the last activity is the silence in question, so nothing is learnt from it. */
export function learnRhythm(hours: readonly ActiveHour[]): Rhythm | null {
  const counts = new Map<number, number>();
  for (const { hour, active } of hours) if (active > 0) counts.set(hour, active);
  if (counts.size === 0) return null;
  const end = Math.max(...counts.keys()) + 1;
  const weeks = Math.min(MOST_WEEKS, Math.floor((end - Math.min(...counts.keys())) / WEEK));
  const start = end - weeks * WEEK;
  const cap = percentile([...counts.values()], CAP_PERCENTILE);
  const at = (hour: number): number => Math.min(counts.get(hour) ?? 0, cap);

  const weekly = Array.from({ length: weeks }, () => 0);
  const profile = Array.from({ length: WEEK }, () => 0);
  let total = 0;
  for (let hour = start; hour < end; hour++) {
    const active = at(hour);
    total += active;
    weekly[Math.floor((hour - start) / WEEK)] = (weekly[Math.floor((hour - start) / WEEK)] ?? 0) + active;
    profile[hour % WEEK] = (profile[hour % WEEK] ?? 0) + active;
  }
  // The lower half of the weeks decides: holidays happen, and so do weeks in which everybody writes.
  const typical = percentile(weekly, 0.5);
  if (weeks < FEWEST_WEEKS || total < FEWEST_ACTIVE || typical === 0) return null;
  const perHour = smoothed(profile).map((share) => (share / total) * typical);
  return { perHour, weekly: typical, pause: forgivenPause(perHour, at, start, end) };
}

/** The longest pause but one: a single outage that nobody noticed must not teach that outages are usual. */
function forgivenPause(
  perHour: readonly number[],
  activeAt: (hour: number) => number,
  start: number,
  end: number,
): number {
  const pauses = [0, 0];
  let pause = 0;
  for (let hour = start; hour < end; hour++) {
    if (activeAt(hour) === 0) pause += perHour[hour % WEEK] ?? 0;
    else {
      pauses.push(pause);
      pause = 0;
    }
  }
  return pauses.toSorted((a, b) => b - a)[1] ?? 0;
}

function smoothed(profile: readonly number[]): number[] {
  const at = (hour: number): number => profile[(hour + WEEK) % WEEK] ?? 0;
  return profile.map((_, hour) => KERNEL.reduce((sum, part, i) => sum + part * at(hour + i - 1), 0));
}

/** The lower of two neighbours, never something in between. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** How many conversations the rhythm would have brought between two instants. */
export function expectedBetween(
  { perHour, weekly }: Pick<Rhythm, "perHour" | "weekly">,
  from: number,
  to: number,
): number {
  if (to <= from) return 0;
  const weeks = Math.floor((to - from) / (WEEK * HOUR_MS));
  let expected = weeks * weekly;
  for (let at = from + weeks * WEEK * HOUR_MS; at < to;) {
    const hour = Math.floor(at / HOUR_MS);
    const until = Math.min((hour + 1) * HOUR_MS, to);
    expected += ((perHour[hour % WEEK] ?? 0) * (until - at)) / HOUR_MS;
    at = until;
  }
  return expected;
}

export type Silence = { expected: number; tolerated: number; quiet: boolean };

/** Whether nobody has written for so long that it cannot be chance, as far as the channel's own past tells. */
export function judgeSilence(rhythm: Rhythm, lastInAt: number, now: number): Silence {
  const expected = expectedBetween(rhythm, lastInAt, now);
  const tolerated = Math.max(FEWEST_EXPECTED, PAUSE_FACTOR * rhythm.pause);
  return { expected, tolerated, quiet: expected >= tolerated && now - lastInAt >= SHORTEST_MS };
}
