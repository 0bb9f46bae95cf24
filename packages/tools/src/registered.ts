import type { ToolEffect } from "@charla/domain/release";
import type * as z from "zod";
import type { ToolContext, ToolKind } from "./contract.ts";

/** A kind with one author's configuration in it. */
export type PreparedTool = {
  effect: ToolEffect;
  timeoutMs: number;
  inputSchema: z.ZodType;
  secrets: string[];
  config: unknown;
  call: (input: unknown, context: ToolContext) => Promise<unknown>;
};

export type RegisteredKind = {
  kind: string;
  label: { es: string; en: string };
  defaultDescription: string;
  configSchema: z.ZodType;
  /** Throws ZodError: `config` is as foreign as the input. */
  prepare: (config: unknown) => PreparedTool;
};

/** Kinds differ in their types; behind this they are all called alike, and what they are given has been parsed. */
export function registered<C, I>(kind: ToolKind<C, I>): RegisteredKind {
  return {
    kind: kind.kind,
    label: kind.label,
    defaultDescription: kind.defaultDescription,
    configSchema: kind.configSchema,
    prepare: (given) => {
      const config = kind.configSchema.parse(given);
      const inputSchema = kind.inputSchema(config);
      return {
        effect: kind.effect(config),
        timeoutMs: kind.timeoutMs(config),
        inputSchema,
        secrets: kind.secrets?.(config) ?? [],
        config,
        call: async (input, context) => kind.run({ config, input: inputSchema.parse(input), context }),
      };
    },
  };
}
