import { AppError } from "@charla/domain/errors";
import type { ChannelRoute } from "@charla/domain/channel-record";
import * as z from "zod";
import { fieldErrors } from "../field-errors.ts";
import type { ChannelKind, ChannelKinds } from "./kinds.ts";

const Json = z.record(z.string(), z.json());

export function kindOf(kinds: ChannelKinds, kind: string): ChannelKind {
  const found = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (found === undefined) {
    throw new AppError("UNPROCESSABLE", `no channel kind ${kind}`, {
      fields: [
        { path: "kind", message: { es: `No hay un tipo de canal ${kind}`, en: `Unknown channel kind ${kind}` } },
      ],
    });
  }
  return found;
}

export function parseConfig(kind: ChannelKind, config: unknown): ChannelRoute["config"] {
  return Json.parse(parseWith(kind.configSchema, "config", config));
}

export function parseSecrets(kind: ChannelKind, secrets: unknown): unknown {
  return parseWith(kind.secretsSchema, "secrets", secrets);
}

function parseWith(schema: z.ZodType, root: string, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AppError("UNPROCESSABLE", `${root} of a channel is invalid`, {
    fields: fieldErrors(schema, value, root, result.error),
  });
}
