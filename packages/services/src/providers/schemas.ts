import type { ProviderRow } from "@charla/db/tenant/providers";
import { ConnectCheck } from "@charla/domain/channel-connection";
import { ModelVendor } from "@charla/domain/model-vendor";
import * as z from "zod";
import { isoTime } from "../paging.ts";

const Price = z.number().nonnegative().max(10_000);
const Prices = z
  .record(z.string().max(200), z.strictObject({ input: Price, output: Price, cached: Price.optional() }))
  .describe("Dollars per million tokens, by model");

const BaseUrl = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .refine(
    (text) => URL.parse(text)?.username === "" && URL.parse(text)?.password === "",
    "No credentials in the address: they would be shown",
  )
  .describe(
    "Where the interface begins, usually ending in /v1. Of a vendor by name only where it is reached by another address: a region, a gateway",
  );

const Key = z
  .string()
  .trim()
  .max(4096)
  .regex(/^[\x21-\x7e]*$/, "A key has no spaces and no accents: was more than the key copied?")
  .describe("Stored sealed, never given back");

export const CreateProviderInput = z.strictObject({
  kind: ModelVendor.default("openai-compatible").describe(
    "A vendor by name, or any server that speaks as OpenAI's does (`openai-compatible`, which needs `baseUrl`)",
  ),
  name: z.string().min(1).max(120),
  baseUrl: BaseUrl.optional(),
  apiKey: Key,
  prices: Prices.default({}),
});
export type CreateProviderInput = z.infer<typeof CreateProviderInput>;

export const UpdateProviderInput = z.strictObject({
  name: z.string().min(1).max(120).optional(),
  baseUrl: BaseUrl.optional(),
  apiKey: Key.optional(),
  prices: Prices.optional(),
});
export type UpdateProviderInput = z.infer<typeof UpdateProviderInput> & { ifVersion?: number };

export const ProviderOut = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  baseUrl: z.string(),
  keyHint: z.string().describe("Last characters of the key"),
  prices: Prices,
  version: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type ProviderOut = z.infer<typeof ProviderOut>;

export const ProviderCheckOut = z.object({
  works: z.boolean(),
  checks: z.array(ConnectCheck),
  models: z.array(z.string()).describe("Names of the models that this key may use, as the vendor lists them"),
});
export type ProviderCheckOut = z.infer<typeof ProviderCheckOut>;

export function toProviderOut(row: ProviderRow): ProviderOut {
  const { id, kind, name, baseUrl, keyHint, prices, version } = row;
  return {
    id,
    kind,
    name,
    baseUrl,
    keyHint,
    prices,
    version,
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
  };
}

/** Four characters tell keys apart; of a short key that would be too much of it. */
export const hintOf = (key: string): string => (key.length < 16 ? "" : key.slice(-4));
