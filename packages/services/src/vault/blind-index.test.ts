import { describe, expect, it } from "vitest";
import { addressHash, blindIndexOf, wordHashes, wordsOf } from "./blind-index.ts";
import { newWrappedKey, parseKeyring, unwrap } from "./keyring.ts";
import { siphash, sipKeyOf } from "./siphash.ts";

const keyring = parseKeyring(`v1:${Buffer.alloc(32, 7).toString("base64")}`);
const hex = ([high, low]: [number, number]): string =>
  [high, low].map((half) => half.toString(16).padStart(8, "0")).join("");

describe("siphash", () => {
  const key = sipKeyOf(Uint8Array.from({ length: 16 }, (_, i) => i));
  // Appendix A of the paper and the first rows of the reference implementation's table.
  it.each([
    [0, "726fdb47dd0e0e31"],
    [1, "74f839c593dc67fd"],
    [2, "0d6c8009d9a94f5a"],
    [7, "ab0200f58b01d137"],
    [8, "93f5f5799a932462"],
    [15, "a129ca6149be45e5"],
  ])("hashes the %i bytes of the published vector", (length, expected) => {
    expect(
      hex(
        siphash(
          key,
          Uint8Array.from({ length }, (_, i) => i),
        ),
      ),
    ).toBe(expected);
  });
});

describe("blind index", () => {
  it("takes words without accents, case and punctuation, each once", () => {
    expect(wordsOf("¿Cuánto cuesta la AVERÍA, la avería?  Nº 42 a")).toEqual([
      "cuanto",
      "cuesta",
      "la",
      "averia",
      "no",
      "42",
    ]);
  });

  it("bounds what one text can put into the index", () => {
    expect(wordsOf(Array.from({ length: 5000 }, (_, i) => `w${i}`).join(" "))).toHaveLength(128);
    expect(wordsOf("x".repeat(10_000))).toEqual(["x".repeat(32)]);
  });

  it("hashes differently for every tenant", async () => {
    const [one, two] = await Promise.all(
      [1, 2].map(async () => blindIndexOf(await unwrap(keyring, await newWrappedKey(keyring)))),
    );
    if (one === undefined || two === undefined) throw new Error("two indexes were made");
    expect(wordHashes(one, "hola")).toEqual(wordHashes(one, "¡HOLA!"));
    expect(wordHashes(one, "hola")).not.toEqual(wordHashes(two, "hola"));
    expect(await addressHash(one, "http", "+34600")).toBe(await addressHash(one, "http", "+34600"));
    expect(await addressHash(one, "http", "+34600")).not.toBe(await addressHash(two, "http", "+34600"));
    expect(await addressHash(one, "http", "+34600")).not.toBe(await addressHash(one, "webchat", "+34600"));
  });
});
