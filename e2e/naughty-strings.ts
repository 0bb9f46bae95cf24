import { createRequire } from "node:module";

/** The Big List of Naughty Strings, all of it: text that breaks what takes text. */
export const NAUGHTY_STRINGS = createRequire(import.meta.url)("big-list-of-naughty-strings") as readonly string[];
