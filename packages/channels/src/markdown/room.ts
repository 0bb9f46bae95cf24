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

/** The largest count up to `limit` that fits, given that fewer fit where more do; 0 is never asked. */
export function largest(limit: number, guess: number, fits: (count: number) => boolean): number {
  let low = 0;
  let high = limit + 1;
  let probe = Math.min(limit, Math.max(1, guess));
  for (let step = Math.max(1, Math.ceil(probe / 16)); high - low > 1; step *= 2) {
    if (fits(probe)) low = probe;
    else high = probe;
    const next = low === probe ? probe + step : probe - step;
    // Once it is known from both sides where the end lies, it is halved.
    probe = low > 0 && high <= limit ? low + Math.floor((high - low) / 2) : Math.min(limit, Math.max(1, next));
    if (probe <= low || probe >= high) probe = low + Math.max(1, Math.floor((high - low) / 2));
  }
  return low;
}
