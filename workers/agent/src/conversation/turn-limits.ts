/** Somebody who never stops writing still gets an answer: after so many restarts the next message has to wait for its own turn. */
export const MAX_SUPERSEDES = 5;
/** A flood is answered in portions that a prompt can hold. */
export const MAX_MESSAGES = 200;
export const MAX_RESUMES = 50;
export const MAX_FAULTS = 5;
export const DESPAIR_AFTER_MS = 10 * 60_000;
