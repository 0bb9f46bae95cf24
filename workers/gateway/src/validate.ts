import { AppError } from "@charla/domain/errors";
import { fieldErrors } from "@charla/services/field-errors";
import * as z from "zod";

// A part without a schema is typed `unknown` by inference; this stands in so that nothing needs a cast.
const absent: z.ZodType<never> = z.custom<never>(() => true);

export function validate<T>(schema: z.ZodType<T> | undefined, value: unknown, where: "path" | "query" | "body"): T {
  const asked = schema ?? absent;
  const result = asked.safeParse(value);
  if (result.success) return result.data;
  if (where === "path") throw new AppError("NOT_FOUND", "invalid path");
  throw new AppError("BAD_REQUEST", `invalid ${where}`, { fields: fieldErrors(asked, value, where, result.error) });
}

/** A parameter given twice is read differently by different parsers, so it is refused. */
export function queryOf(url: string): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const [name, value] of new URL(url).searchParams) {
    if (Object.hasOwn(entries, name)) {
      throw new AppError("BAD_REQUEST", "repeated query parameter", {
        fields: [{ path: `query.${name.slice(0, 64)}`, message: { es: "está dos veces", en: "given twice" } }],
      });
    }
    Object.defineProperty(entries, name, { value, enumerable: true });
  }
  return entries;
}
