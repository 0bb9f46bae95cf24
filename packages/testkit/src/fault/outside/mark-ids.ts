import { marksIn } from "../../marks.ts";

/** Where a vendor does not say which messages an answer is for, the answer's own words do: the model names them all. */
export const marksAsIds = (text: string): string[] =>
  marksIn(text).map(({ conversation, n }) => `${conversation}-${n}`);
