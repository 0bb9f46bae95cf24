import { knownModels, MODELS_DATE, type ModelKind } from "@charla/domain/known-models";
import { describe, expect, it } from "vitest";
import type { ModelConnection, PriceTable } from "./contract.ts";
import { audioMicros, costMicros, embeddingPrice, pricedBy, priceOf } from "./prices.ts";

const reached = (kind: ModelKind, prices: PriceTable = {}): ModelConnection =>
  kind === "workers-ai"
    ? { kind, binding: { run: () => Promise.resolve({}) } }
    : { kind, baseUrl: "https://models.example.com/v1", apiKey: "", prices, fetch };

describe("the price of a model", () => {
  it("bears the day of its last check", () => expect(MODELS_DATE).toMatch(/^\d{4}-\d{2}-\d{2}$/));

  it.each(["workers-ai", "openai", "google", "anthropic"] as const)(
    "of %s that is on no list is that of the dearest one",
    (kind) => {
      const unlisted = priceOf(reached(kind), "nobody/new");
      for (const { price } of knownModels[kind]) {
        expect(unlisted.input).toBeGreaterThanOrEqual(price.input);
        expect(unlisted.output).toBeGreaterThanOrEqual(price.output);
      }
    },
  );

  it("is the vendor's, of a dated version that of the model", () => {
    expect(priceOf(reached("openai"), "gpt-4o-mini")).toEqual({ input: 0.15, output: 0.6, cached: 0.075 });
    expect(priceOf(reached("openai"), "gpt-4o-mini-2024-07-18").input).toBe(0.15);
    expect(priceOf(reached("anthropic"), "claude-haiku-4-5-20251001").output).toBe(5);
    expect(priceOf(reached("google"), "gemini-2.5-flash-preview-09-2025").output).toBe(2.5);
  });

  it("is what the tenant has put down, for one model or for all", () => {
    const table = { "gpt-4o-mini": { input: 1, output: 2 }, "*": { input: 3, output: 4 } };
    expect(priceOf(reached("openai", table), "gpt-4o-mini").input).toBe(1);
    expect(priceOf(reached("openai", table), "gpt-4o").input).toBe(3);
    expect(priceOf(reached("openai-compatible"), "gpt-4o-mini")).toEqual({ input: 0, output: 0 });
  });

  it("is known by where it is from: the tenant's own, or the day of the list", () => {
    const table = { "gpt-4o-mini": { input: 1, output: 2 } };
    expect(pricedBy(reached("openai", table), "gpt-4o-mini")).toBe("own");
    expect(pricedBy(reached("openai", table), "gpt-4o")).toBe(MODELS_DATE);
    expect(pricedBy(reached("workers-ai"), "@cf/nobody/new")).toBe(MODELS_DATE);
  });

  it("of an embedding is for what is read alone", () => {
    expect(embeddingPrice("@cf/baai/bge-m3")).toEqual({ input: 0.012, output: 0 });
    expect(embeddingPrice("@cf/nobody/new").input).toBeGreaterThan(0.012);
  });

  it("of a recording goes by the minute", () => {
    expect(audioMicros("@cf/openai/whisper-large-v3-turbo", 60)).toBe(510);
    expect(audioMicros("@cf/nobody/new", 60)).toBe(5200);
  });
});

describe("the cost of a call", () => {
  it("is rounded up to whole micro-dollars", () => {
    expect(costMicros({ input: 1, output: 0, cached: 0 }, { input: 0.05, output: 1 })).toBe(1);
    expect(costMicros({ input: 0, output: 0, cached: 0 }, { input: 0.05, output: 1 })).toBe(0);
  });

  it("does not round up what only binary fractions added", () => {
    // 0.1 * 3 is 0.30000000000000004
    expect(costMicros({ input: 30, output: 0, cached: 0 }, { input: 0.1, output: 0 })).toBe(3);
    expect(costMicros({ input: 1000, output: 1000, cached: 0 }, { input: 0.293, output: 2.253 })).toBe(2546);
  });

  it("charges cached input apart, or as input where it has no price", () => {
    expect(costMicros({ input: 1000, output: 0, cached: 400 }, { input: 1, output: 0, cached: 0.25 })).toBe(700);
    expect(costMicros({ input: 1000, output: 0, cached: 400 }, { input: 1, output: 0 })).toBe(1000);
    expect(costMicros({ input: 10, output: 0, cached: 400 }, { input: 1, output: 0, cached: 0 })).toBe(0);
  });
});
