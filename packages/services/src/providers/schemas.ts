import type { ProviderRow } from "@charla/db/tenant/providers";
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
  .describe("Where the server's OpenAI-compatible interface begins, usually ending in /v1");

const Key = z.string().max(4096).describe("Stored sealed, never given back");

export const CreateProviderInput = z.strictObject({
  kind: z.literal("openai-compatible").default("openai-compatible"),
  name: z.string().min(1).max(120),
  baseUrl: BaseUrl,
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
