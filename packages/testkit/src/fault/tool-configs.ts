import type { ToolPath } from "../tool/server.ts";
import { TOOL_NAMES } from "./script.ts";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type ToolSettings = { name: string; kind: string; description: string; config: Record<string, Json> };

const input = { ref: { type: "string", description: "Mark of the message" } };

/** One tool of each effect class, acting on the tool server. */
export function toolConfigs(base: string): ToolSettings[] {
  const post = (path: ToolPath, idempotency: "key" | "none"): ToolSettings => ({
    name: TOOL_NAMES[path],
    kind: "http_post_json",
    description: `Acts on ${path}`,
    config: { url: `${base}/${path}`, input, idempotency },
  });
  const read: ToolSettings = {
    name: TOOL_NAMES.read,
    kind: "http_get_json",
    description: "Looks something up",
    config: { url: `${base}/read?ref={ref}`, input },
  };
  return [read, post("keyed", "key"), post("unsafe", "none")];
}
