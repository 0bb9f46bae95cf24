import type { Usage } from "@charla/domain/log";
import type { PriceTable } from "./contract.ts";

/** The day on which the list below was last compared with the vendor's page. */
export const PRICES_DATE = "2026-11-20";

/** Workers AI, dollars per million tokens. Self-hosted and other vendors' prices stand in the tenant's provider record. */
export const WORKERS_AI_PRICES: PriceTable = {
  "@cf/meta/llama-3.3-70b-instruct-fp8-fast": { input: 0.293, output: 2.253 },
  "@cf/meta/llama-4-scout-17b-16e-instruct": { input: 0.27, output: 0.85 },
  "@cf/meta/llama-3.1-8b-instruct-fast": { input: 0.045, output: 0.384 },
  "@cf/meta/llama-3.1-8b-instruct-fp8": { input: 0.152, output: 0.287 },
  "@cf/meta/llama-3.2-3b-instruct": { input: 0.051, output: 0.335 },
  "@cf/zai-org/glm-4.7-flash": { input: 0.06, output: 0.4 },
  "@cf/zai-org/glm-5.3-flash": { input: 0.15, output: 0.5, cached: 0.03 },
  "@cf/openai/gpt-oss-120b": { input: 0.35, output: 0.75 },
  "@cf/openai/gpt-oss-20b": { input: 0.2, output: 0.3 },
  "@cf/google/gemma-4-26b-a4b-it": { input: 0.1, output: 0.3 },
  "@cf/qwen/qwen3-30b-a3b-fp8": { input: 0.051, output: 0.335 },
  "@cf/baai/bge-m3": { input: 0.012, output: 0 },
};

/** Workers AI, dollars per minute of sound. */
const WORKERS_AI_AUDIO_PRICES: Record<string, number> = {
  "@cf/openai/whisper": 0.00045,
  "@cf/openai/whisper-large-v3-turbo": 0.00051,
  "@cf/openai/whisper-tiny-en": 0.00045,
};
const DEAREST_AUDIO = 0.0052;

/** What a recording costs on Workers AI; a model that is not on the list is charged as the dearest of theirs. */
export const audioMicros = (model: string, seconds: number): number =>
  roundedUp((seconds / 60) * (WORKERS_AI_AUDIO_PRICES[model] ?? DEAREST_AUDIO) * 1e6);

export type Price = PriceTable[string];

/** A model that is not on the list is charged as the dearest one, so that a money limit still holds. */
const DEAREST: Price = Object.values(WORKERS_AI_PRICES).reduce((most, price) => ({
  input: Math.max(most.input, price.input),
  output: Math.max(most.output, price.output),
}));

export const workersAiPrice = (model: string): Price => WORKERS_AI_PRICES[model] ?? DEAREST;

/** `*` in a provider's own table stands for every model without a line. A server without prices costs nothing. */
export const priceFrom = (table: PriceTable, model: string): Price =>
  table[model] ?? table["*"] ?? { input: 0, output: 0 };

/** Dollars per million tokens times tokens are micro-dollars. */
export function costMicros(usage: Usage, price: Price): number {
  const cached = Math.min(usage.cached, usage.input);
  const exact =
    (usage.input - cached) * price.input + cached * (price.cached ?? price.input) + usage.output * price.output;
  return roundedUp(exact);
}

/** After taking off what binary fractions add. */
const roundedUp = (micros: number): number => Math.ceil(Number(micros.toFixed(6)));
