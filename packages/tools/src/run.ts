import * as z from "zod";
import { ToolFailure, type ToolContext } from "./contract.ts";
import type { PreparedTool } from "./registered.ts";
import { findKind } from "./registry.ts";

const MAX_PREPARED = 200;
const prepared = new Map<string, PreparedTool>();

/** Building the schema of a tool costs more than calling it, so the last ones used are kept. */
export function prepareTool(kind: string, config: Record<string, unknown>): PreparedTool {
  const key = `${kind} ${JSON.stringify(config)}`;
  const known = prepared.get(key);
  if (known !== undefined) return known;
  const found = findKind(kind);
  if (found === undefined) throw new ToolFailure("UNKNOWN_KIND", `There is no tool kind ${kind}`);
  const made = orFailure("INVALID_CONFIG", () => found.prepare(config));
  if (prepared.size >= MAX_PREPARED) prepared.clear();
  prepared.set(key, made);
  return made;
}

/** One call with input straight from a model: what does not fit the schema is refused before anything happens. */
export async function runTool(tool: PreparedTool, input: unknown, context: ToolContext): Promise<unknown> {
  const given = orFailure("INVALID_INPUT", () => tool.inputSchema.parse(input));
  return tool.call(given, context);
}

function orFailure<T>(code: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new ToolFailure(code, issuesOf(error));
  }
}

/** Written for a model that will try again: where and what, not a stack of objects. */
function issuesOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 8)
    .map((issue) => (issue.path.length === 0 ? issue.message : `${issue.path.map(String).join(".")}: ${issue.message}`))
    .join("; ")
    .slice(0, 1000);
}
