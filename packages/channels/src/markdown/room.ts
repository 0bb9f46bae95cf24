/** What a bubble still holds: asked with the whole text that would stand in it so far. */
export type Room = {
  fits(markdown: string): boolean;
  /** So full that it may end here rather than within the next block. */
  filled(markdown: string): boolean;
  /** About how much source fits; where to begin looking. */
  guess: number;
};

export type Cut = { head: string; tail: string };

/** The same room, for text that will stand inside something else. */
export function inside(room: Room, wrap: (markdown: string) => string): Room {
  return {
    fits: (markdown) => room.fits(wrap(markdown)),
    filled: (markdown) => room.filled(wrap(markdown)),
    guess: Math.max(1, room.guess - wrap("").length),
  };
}

/** How much of what fits may be left out for the sake of fewer questions. */
const SLACK = 1 / 128;

/** The largest count up to `limit` that fits, or nearly so, given that fewer fit where more do; 0 is never asked. */
export function largest(limit: number, guess: number, fits: (count: number) => boolean): number {
  let low = 0;
  let high = limit + 1;
  let probe = Math.min(limit, Math.max(1, guess));
  for (let step = Math.ceil(probe / 16); high - low > 1 + low * SLACK; step *= 2) {
    if (fits(probe)) low = probe;
    else high = probe;
    const known = low > 0 && high <= limit;
    const next = low === probe ? probe + step : probe - step;
    probe = known || next <= low || next >= high ? low + Math.max(1, (high - low) >> 1) : next;
  }
  return low;
}
