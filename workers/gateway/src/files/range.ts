export type Range = { offset: number; length: number };

const ONE = /^bytes=(\d{0,15})-(\d{0,15})$/;

/** A part of the file; `null` for all of it, also where several parts are asked for, which nobody needs. */
export function rangeOf(header: string | null, size: number): Range | "unsatisfiable" | null {
  const [, from = "", to = ""] = ONE.exec(header ?? "") ?? [];
  if (from === "" && to === "") return null;
  if (from === "") {
    const length = Math.min(Number(to), size);
    return length === 0 ? "unsatisfiable" : { offset: size - length, length };
  }
  const offset = Number(from);
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (offset >= size) return "unsatisfiable";
  return last < offset ? null : { offset, length: last - offset + 1 };
}
