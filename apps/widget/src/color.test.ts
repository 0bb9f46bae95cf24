import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accentOf, contrast, DEFAULT_ACCENT, parseHex, type Rgb } from "./color.ts";

const rgb = (hex: string): Rgb => parseHex(hex) ?? [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];
const DARK_SURFACE: Rgb = [14, 38, 41];

describe("accent", () => {
  it("can be read for any colour a site chooses, on it and beside it", () => {
    const anyColor = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, "0")}`);
    fc.assert(
      fc.property(anyColor, (color) => {
        const accent = accentOf(color);
        // Rounding to whole channels costs a little of the computed contrast.
        expect(contrast(rgb(accent.fill), rgb(accent.onFill))).toBeGreaterThan(4.45);
        expect(contrast(rgb(accent.textOnLight), WHITE)).toBeGreaterThan(4.45);
        expect(contrast(rgb(accent.textOnDark), DARK_SURFACE)).toBeGreaterThan(4.45);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps the colour where it is readable", () => {
    expect(accentOf("#7a1fa2").fill).toBe("#7a1fa2");
    expect(accentOf("#fc0").onFill).not.toBe("#ffffff");
  });

  it.each([undefined, "", "red", "#12", "url(x)", "#12345g"])("is ours for %j", (value) => {
    expect(accentOf(value).fill).toBe(DEFAULT_ACCENT);
  });
});
