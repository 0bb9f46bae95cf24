import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { estimateTokens } from "./tokens.ts";

/** Counted with js-tiktoken 1.x; o200k is what current models come near to, cl100k an older, costlier vocabulary. */
const Sample = z.object({ name: z.string(), text: z.string(), o200k: z.number(), cl100k: z.number() });
const samples = z
  .array(Sample)
  .parse(JSON.parse(readFileSync(new URL("../fixtures/token-counts.json", import.meta.url), "utf8")));
/** cl100k spells these scripts out byte by byte; no model still sold does. */
const SPELLED_OUT = new Set(["hi", "he"]);

describe.each(samples)("the estimate for $name", ({ name, text, o200k, cl100k }) => {
  it("is at most a fifth too low and not wildly too high", () => {
    const estimate = estimateTokens(text);
    expect(estimate).toBeGreaterThanOrEqual(o200k * 0.8);
    expect(estimate).toBeLessThanOrEqual(o200k * 2 + 2);
    if (!SPELLED_OUT.has(name)) expect(estimate).toBeGreaterThanOrEqual(cl100k * 0.8);
  });
});

describe("the estimate of tokens", () => {
  it("is nothing for nothing", () => expect(estimateTokens("")).toBe(0));

  it("grows with the text", () => {
    const text = samples.map((sample) => sample.text).join(" ");
    expect(estimateTokens(text + text)).toBeGreaterThan(estimateTokens(text) * 1.9);
  });

  it("takes lone surrogates and control characters", () => {
    expect(estimateTokens("\uD83D\u0000\uFFFF")).toBeGreaterThan(0);
  });
});
