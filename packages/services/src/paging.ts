import { AppError } from "@charla/domain/errors";
import * as z from "zod";
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "./vault/bytes.ts";

export const PageInput = z.object({
  cursor: z.string().max(512).optional().describe("`nextCursor` of the page before"),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type PageInput = z.infer<typeof PageInput>;

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });
export type Page<T> = { data: T[]; nextCursor: string | null };

/** Rows were asked for with one more than the limit: that one says there is a next page. */
export function toPage<R, T>(
  rows: R[],
  limit: number,
  keyOf: (row: R) => (string | number)[],
  toItem: (row: R) => T,
): Page<T> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    data: rows.slice(0, limit).map(toItem),
    nextCursor: last === undefined ? null : toBase64Url(utf8(JSON.stringify(keyOf(last)))),
  };
}

/** The sort key of the last row of the page before. A cursor nobody was given is the caller's mistake. */
export function parseCursor<S extends z.ZodType>(cursor: string | undefined, schema: S): z.infer<S> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(fromUtf8(fromBase64Url(cursor).buffer)));
  } catch {
    throw new AppError("BAD_REQUEST", "cursor cannot be read", {
      fields: [{ path: "cursor", message: { es: "El cursor no es válido", en: "Invalid cursor" } }],
    });
  }
}

export const IdCursor = z.tuple([z.string()]);
export const NumberCursor = z.tuple([z.number()]);

export const isoTime = (at: number): string => new Date(at).toISOString();
