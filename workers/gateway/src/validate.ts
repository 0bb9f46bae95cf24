import { AppError, type FieldError } from "@charla/domain/errors";
import * as z from "zod";

// A part without a schema is typed `unknown` by inference; this stands in so that nothing needs a cast.
const absent: z.ZodType<never> = z.custom<never>(() => true);

export function validate<T>(schema: z.ZodType<T> | undefined, value: unknown, where: "path" | "query" | "body"): T {
  const result = (schema ?? absent).safeParse(value);
  if (result.success) return result.data;
  const fields: FieldError[] = result.error.issues.slice(0, 50).map((issue) => ({
    path: [where, ...issue.path.map(String)].join("."),
    message: issue.message.slice(0, 300),
  }));
  throw new AppError(
    where === "path" ? "NOT_FOUND" : "BAD_REQUEST",
    `invalid ${where}`,
    where === "path" ? {} : { fields },
  );
}

/** A parameter given twice is read differently by different parsers, so it is refused. */
export function queryOf(url: string): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const [name, value] of new URL(url).searchParams) {
    if (Object.hasOwn(entries, name)) {
      throw new AppError("BAD_REQUEST", "repeated query parameter", {
        fields: [{ path: `query.${name.slice(0, 64)}`, message: "given twice" }],
      });
    }
    Object.defineProperty(entries, name, { value, enumerable: true });
  }
  return entries;
}
