import * as z from "zod";

/** One argument the model fills in, as an author describes it. */
export const InputField = z.strictObject({
  type: z.enum(["string", "number", "integer", "boolean"]),
  description: z.string().max(500).optional(),
  required: z.boolean().default(true),
  enum: z.array(z.string().max(200)).min(1).max(100).optional().describe("Only for strings"),
  maxLength: z.int().min(1).max(4000).default(500).describe("Only for strings"),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
export type InputField = z.infer<typeof InputField>;

export const FIELD_NAME = /^[a-zA-Z][a-zA-Z0-9_]{0,63}$/;
export const InputFields = z
  .record(z.string().regex(FIELD_NAME), InputField)
  .refine((fields) => Object.keys(fields).length <= 32, "At most 32 fields");
export type InputFields = z.infer<typeof InputFields>;

export type FieldValue = string | number | boolean;
export type FieldValues = Record<string, FieldValue | undefined>;

/** Strict: an argument nobody asked for is refused, not passed on. */
export function schemaOfFields(fields: InputFields): z.ZodType<FieldValues> {
  return z.strictObject(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field)])));
}

function schemaOf(field: InputField): z.ZodType<FieldValue | undefined> {
  const schema = valueSchema(field);
  const described = field.description === undefined ? schema : schema.describe(field.description);
  return field.required ? described : described.optional();
}

function valueSchema(field: InputField): z.ZodType<FieldValue> {
  switch (field.type) {
    case "string":
      return field.enum === undefined ? z.string().max(field.maxLength) : z.enum(field.enum);
    case "boolean":
      return z.boolean();
    case "integer":
      return bounded(z.int(), field);
    case "number":
      return bounded(z.number(), field);
  }
}

function bounded<T extends z.ZodNumber>(schema: T, { minimum, maximum }: InputField): z.ZodType<number> {
  let out: z.ZodNumber = schema;
  if (minimum !== undefined) out = out.min(minimum);
  if (maximum !== undefined) out = out.max(maximum);
  return out;
}
