import { ClientId } from "@charla/domain/webchat";
import type * as z from "zod";

/** Far more than any frame needs; what is longer is not even looked at. */
const MAX_FRAME_CHARS = 1_048_576;

/** A frame, and its id even where nothing else is right: by it a client knows what was refused for good. */
export function readFrame<S extends z.ZodType>(
  schema: S,
  data: string | ArrayBuffer,
): { frame: z.output<S> | null; id: { id?: string } } {
  const value = parse(data);
  const parsed = schema.safeParse(value);
  return { frame: parsed.success ? parsed.data : null, id: idIn(value) };
}

function parse(data: string | ArrayBuffer): unknown {
  if (typeof data !== "string" || data.length > MAX_FRAME_CHARS) return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function idIn(value: unknown): { id?: string } {
  if (typeof value !== "object" || value === null || !("id" in value)) return {};
  const id = ClientId.safeParse(value.id);
  return id.success ? { id: id.data } : {};
}
