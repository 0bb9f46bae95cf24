import { AppError } from "@charla/domain/errors";

export const etagOf = (version: number): string => `"${version}"`;

/** The version a change is based on; absent or `*` means any. */
export function ifMatch(header: string | undefined): number | undefined {
  if (header === undefined || header === "*") return undefined;
  const match = /^(?:W\/)?"(\d{1,15})"$/.exec(header);
  if (match === null) throw new AppError("PRECONDITION_FAILED", "If-Match is none of our tags");
  return Number(match[1]);
}
