import type { Mark } from "../model/marks.ts";

/** One of the two that are measured in turns. */
export type Subject = {
  name: "bare" | "charla";
  /** Root of the process tree whose work counts. */
  pid: number;
  /** Milliseconds from the start of the process to its first answer. */
  startMs: number;
  /** Folder with one database per conversation. */
  objects: string;
  /** Folder with everything that is stored. */
  store: string;
  /** How long after the last reply work may still be due (wakes, projections), which is counted too. */
  restMs: number;
  send: (mark: Mark, text: string) => Promise<void>;
  /** Only makes the message durable; the real thing has no such way in, its answers are durable always. */
  accept?: (mark: Mark, text: string) => Promise<void>;
  stop: () => Promise<void>;
};
