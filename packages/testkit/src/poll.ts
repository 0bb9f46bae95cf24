export type PollOptions = { deadlineMs?: number; everyMs?: number };

export class DeadlineError extends Error {
  constructor(what: string, ms: number, last: unknown) {
    super(`not within ${ms} ms: ${what}${last === undefined ? "" : ` (last seen: ${describe(last)})`}`);
    this.name = "DeadlineError";
  }
}

function describe(value: unknown): string {
  if (value instanceof Error) return value.message;
  return (JSON.stringify(value) ?? String(value)).slice(0, 600);
}

/** Not for waiting until something has happened: that is {@link until}. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until the probe gives something true, or fails at the deadline saying what was seen last. */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  { deadlineMs = 15_000, everyMs = 25 }: PollOptions = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const end = Date.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const seen = await probe();
      if (isGiven(seen)) return seen;
      last = seen ?? last;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= end) throw new DeadlineError(what, deadlineMs, last);
    await pause(everyMs);
  }
}

function isGiven<T>(value: T): value is NonNullable<Exclude<T, false>> {
  return value !== false && value !== null && value !== undefined;
}

/** True once `activity` has not moved for `quietMs`: the way to see that nothing more is coming. */
export async function untilQuiet(
  what: string,
  activity: () => number,
  quietMs: number,
  deadlineMs = 30_000,
): Promise<void> {
  let seen = activity();
  let since = Date.now();
  await until(
    `${what} falls quiet`,
    () => {
      const now = activity();
      if (now !== seen) {
        seen = now;
        since = Date.now();
      }
      return Date.now() - since >= quietMs;
    },
    { deadlineMs, everyMs: 50 },
  );
}
