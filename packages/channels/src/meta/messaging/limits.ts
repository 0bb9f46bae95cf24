export const MAX_QUICK_REPLIES = 13;

/** A business may write freely this long after the person last wrote. */
export const WINDOW_MS = 24 * 3_600_000;
