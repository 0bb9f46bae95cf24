import { type Fields, recordOf } from "./fields.ts";

/** Keys of blocks and of rich text that hold what a person reads, in the order in which it is read. */
const INLINE = ["text", "alternative_text", "expression", "summary"];
const NESTED = ["blocks", "items", "cells", "caption", "credit"];

/** A rich message as plain lines; block types that are not known yet are read by the same keys. */
export function plainOfRich(message: Fields): string {
  return linesOf(message["blocks"]).join("\n").trim();
}

function linesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => (isRow(item) ? [rowOf(item)] : linesOf(item)));
  const block = recordOf(value);
  if (block === undefined) return typeof value === "string" && value !== "" ? [value] : [];
  const own = INLINE.map((key) => inlineOf(block[key])).filter((text) => text !== "");
  const nested = NESTED.flatMap((key) => linesOf(block[key]));
  const label = typeof block["label"] === "string" ? `${block["label"]} ` : "";
  return [...own, ...nested].map((line, index) => (index === 0 ? label + line : line));
}

/** A table is a list of rows, each of which is a list of cells. */
const isRow = (value: unknown): value is unknown[] => Array.isArray(value);

const rowOf = (cells: unknown[]): string => cells.map((cell) => inlineOf(recordOf(cell)?.["text"])).join(" | ");

/** Rich text is a string, a list of rich texts, or an object around one. */
function inlineOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(inlineOf).join("");
  const rich = recordOf(value);
  return rich === undefined ? "" : INLINE.map((key) => inlineOf(rich[key])).join("");
}
