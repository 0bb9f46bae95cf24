import type { FieldError } from "@charla/domain/errors";
import type * as z from "zod";
import spanish from "zod/v4/locales/es.js";

const { localeError } = spanish();
const MAX_FIELDS = 50;
const MAX_MESSAGE = 300;

/**
 * What a schema finds wrong, in both languages: which field and why, never what was in it. Reads the value once more for
 * the second, which only a refusal costs.
 */
export function fieldErrors(schema: z.ZodType, value: unknown, root: string, found: z.ZodError): FieldError[] {
  const inSpanish = schema.safeParse(value, { error: localeError }).error?.issues ?? [];
  return found.issues.slice(0, MAX_FIELDS).map(({ path, message }, index) => ({
    path: [root, ...path.map(String)].join("."),
    message: {
      es: (inSpanish[index]?.message ?? message).slice(0, MAX_MESSAGE),
      en: message.slice(0, MAX_MESSAGE),
    },
  }));
}
