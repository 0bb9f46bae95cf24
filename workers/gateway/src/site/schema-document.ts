import * as z from "zod";

export type JsonSchema = Record<string, unknown>;

/** Turns schemas into the reference's components: what has a name is told once and referred to. */
export class SchemaDocument {
  readonly components: Record<string, JsonSchema> = {};
  readonly #anonymous = new Map<string, string>();

  /** A schema as callers send it (`input`) or as they get it (`output`). */
  add(schema: z.ZodType, io: "input" | "output"): JsonSchema {
    const { $schema: _, $defs, ...own } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
    const definitions = Object.entries($defs ?? {});
    const anonymous = definitions.filter(([name]) => name.startsWith("__"));
    const renamed = new Map(anonymous.map(([name, definition]) => [name, this.#nameByContent(name, definition)]));
    for (const [name, definition] of definitions) {
      const placed = renamed.get(name) ?? name;
      this.components[placed] = rewrite({ ...definition }, renamed, placed);
    }
    const id = typeof own.id === "string" ? own.id : undefined;
    const body = rewrite(own, renamed, id);
    if (id === undefined) return body;
    const name = nameOf(id, io, this.components, body);
    this.components[name] = body;
    return { $ref: `#/components/schemas/${name}` };
  }

  /** A recursive part without a name gets one by its content, since every conversion numbers them anew. */
  #nameByContent(name: string, definition: object): string {
    const { id: _, ...body }: JsonSchema = { ...definition };
    const content = JSON.stringify(body).replaceAll(`#/$defs/${name}`, "#");
    const known = this.#anonymous.get(content) ?? `Json${this.#anonymous.size || ""}`;
    this.#anonymous.set(content, known);
    return known;
  }
}

/** Input and output of one schema may differ (defaults, conversions); then the input is named after it. */
function nameOf(name: string, io: "input" | "output", known: Record<string, JsonSchema>, body: JsonSchema): string {
  const before = known[name];
  return before === undefined || JSON.stringify(before) === JSON.stringify(body)
    ? name
    : `${name}${io === "input" ? "Input" : "Output"}`;
}

function rewrite(body: JsonSchema, renamed: Map<string, string>, self: string | undefined): JsonSchema {
  const { id: _, ...own } = body;
  const text = JSON.stringify(own, (key, value: unknown) => {
    if (key !== "$ref" || typeof value !== "string") return value;
    if (value === "#" && self !== undefined) return `#/components/schemas/${self}`;
    const name = value.replace("#/$defs/", "");
    return `#/components/schemas/${renamed.get(name) ?? name}`;
  });
  return JSON.parse(text);
}
