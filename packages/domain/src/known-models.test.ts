import { describe, expect, it } from "vitest";
import { knownModel, knownModels, type ModelKind, traitsOf } from "./known-models.ts";

describe.each(Object.entries(knownModels))("the table of %s", (_kind, models) => {
  it("names every model once, with sizes and prices that can be", () => {
    expect(new Set(models.map(({ model }) => model)).size).toBe(models.length);
    for (const { contextTokens, maxOutputTokens, price } of models) {
      expect(contextTokens).toBeGreaterThan(maxOutputTokens);
      expect(maxOutputTokens).toBeGreaterThanOrEqual(4096);
      expect(price.output).toBeGreaterThan(price.input);
      expect(price.cached ?? 0).toBeLessThan(price.input);
    }
  });
});

describe("a model that nobody has put down", () => {
  it.each(["workers-ai", "openai-compatible", "openai", "google", "anthropic"] satisfies ModelKind[])(
    "of %s is taken for a usual one",
    (kind) => {
      expect(knownModel(kind, "nobody/new")).toBeUndefined();
      expect(traitsOf(kind, "nobody/new")).toMatchObject({ tools: true, vision: true, streaming: true });
      expect(traitsOf(kind, "nobody/new").contextTokens).toBeGreaterThanOrEqual(24_000);
    },
  );

  it("is not one of another vendor's by the same name", () => {
    expect(knownModel("openai-compatible", "gpt-4o-mini")).toBeUndefined();
    expect(knownModel("anthropic", "gpt-4o-mini")).toBeUndefined();
  });
});
