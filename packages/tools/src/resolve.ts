import { AppError, type FieldError } from "@charla/domain/errors";
import type { ResolvedTool, ToolConfig } from "@charla/domain/release";
import * as z from "zod";
import { findKind } from "./registry.ts";

/** Checks what an author wrote and writes down all that running needs; every fault is reported at once, with its path. */
export function resolveTools(configs: readonly ToolConfig[]): ResolvedTool[] {
  const fields: FieldError[] = [];
  const names = new Set<string>();
  const tools = configs.flatMap((tool, index) => {
    if (names.has(tool.name))
      fields.push({
        path: `tools.${index}.name`,
        message: { es: `El nombre ${tool.name} está dos veces`, en: `The name ${tool.name} is used twice` },
      });
    names.add(tool.name);
    const found = resolveOne(tool);
    if (!("errors" in found)) return [found];
    fields.push(...found.errors.map(({ path, message }) => ({ path: `tools.${index}.${path}`, message })));
    return [];
  });
  if (fields.length > 0) {
    throw new AppError("UNPROCESSABLE", "Invalid tool configuration", {
      publicMessage: { es: "Una herramienta está mal configurada", en: "A tool is not configured correctly" },
      fields,
    });
  }
  return tools;
}

function resolveOne(tool: ToolConfig): ResolvedTool | { errors: FieldError[] } {
  const kind = findKind(tool.kind);
  if (kind === undefined)
    return {
      errors: [
        {
          path: "kind",
          message: { es: `No hay un tipo de herramienta ${tool.kind}`, en: `There is no tool kind ${tool.kind}` },
        },
      ],
    };
  const parsed = kind.configSchema.safeParse(tool.config);
  if (!parsed.success)
    return {
      errors: parsed.error.issues.map((issue) => ({
        path: ["config", ...issue.path.map(String)].join("."),
        message: issue.message,
      })),
    };
  const prepared = kind.prepare(tool.config);
  return {
    name: tool.name,
    kind: tool.kind,
    description: tool.description ?? kind.defaultDescription,
    inputSchema: jsonSchemaOf(prepared.inputSchema),
    effect: prepared.effect,
    timeoutMs: prepared.timeoutMs,
    // With defaults filled in, so that a later change of a default does not change an existing release.
    config: z.record(z.string(), z.json()).parse(prepared.config),
  };
}

const JsonObject = z.record(z.string(), z.json());

export function jsonSchemaOf(schema: z.ZodType): Record<string, z.core.util.JSONType> {
  // Vendors refuse or ignore keywords that say which draft this is.
  const { $schema: _, ...rest } = JsonObject.parse(z.toJSONSchema(schema, { io: "input" }));
  return rest;
}
