import { describe, expect, it } from "vitest";
import { toBase64Url, utf8 } from "./bytes.ts";
import { isCurrent, newWrappedKey, parseKeyring, rewrap, unwrap } from "./keyring.ts";
import { aadOf, open, seal } from "./seal.ts";

const kek = (fill: number): string => Buffer.alloc(32, fill).toString("base64");
const keyring = parseKeyring(`v1:${kek(1)}`);

describe("keyring", () => {
  it("refuses a secret that is not versioned base64 of 32 bytes", () => {
    for (const bad of ["", kek(1), "v1:", "v1:AAAA", `v1:${kek(1)},v1:${kek(2)}`, `x:${kek(1)}`])
      expect(() => parseKeyring(bad)).toThrow(/KEK/);
  });

  it("wraps with the last key and unwraps with all of them", async () => {
    const old = await newWrappedKey(keyring);
    const rotated = parseKeyring(`v1:${kek(1)},v2:${kek(2)}`);
    expect(isCurrent(rotated, old)).toBe(false);
    expect((await unwrap(rotated, old)).id).toBe((await unwrap(keyring, old)).id);
    expect(await newWrappedKey(rotated)).toMatch(/^w1\.v2\./);
  });

  it("keeps what was sealed readable after a rewrap, and needs the old key no longer", async () => {
    const old = await newWrappedKey(keyring);
    const aad = aadOf("ten_a", "chn_a", "secrets");
    const sealed = await seal(keyring, old, aad, "hush");
    const rewrapped = await rewrap(parseKeyring(`v1:${kek(1)},v2:${kek(2)}`), old);
    const onlyNew = parseKeyring(`v2:${kek(2)}`);
    expect(await open(onlyNew, rewrapped, aad, sealed)).toBe("hush");
    await expect(open(onlyNew, old, aad, sealed)).rejects.toThrow("KEK has no v1");
  });

  it("leaves a key that is current as it is", async () => {
    const wrapped = await newWrappedKey(keyring);
    expect(await rewrap(keyring, wrapped)).toBe(wrapped);
  });

  it("unwraps a key once and then keeps it", async () => {
    const wrapped = await newWrappedKey(keyring);
    expect(unwrap(keyring, wrapped)).toBe(unwrap(keyring, wrapped));
  });

  it("does not keep a failure", async () => {
    const other = parseKeyring(`v1:${kek(9)}`);
    const wrapped = await newWrappedKey(keyring);
    await expect(unwrap(other, wrapped)).rejects.toThrow(/vault/);
    expect(other.unwrapped.size).toBe(0);
  });
});

describe("seal", () => {
  it("gives back what was sealed, whatever it is", async () => {
    const wrapped = await newWrappedKey(keyring);
    const aad = aadOf("ten_a", "chn_a", "secrets");
    for (const text of ["", "a", "¿Qué tal? 👋🏽", "\uFEFFmarked", "x".repeat(100_000)])
      expect(await open(keyring, wrapped, aad, await seal(keyring, wrapped, aad, text))).toBe(text);
  });

  it("never seals alike twice and shows nothing of the text", async () => {
    const wrapped = await newWrappedKey(keyring);
    const [one, two] = await Promise.all([
      seal(keyring, wrapped, "a|b|c", "hush"),
      seal(keyring, wrapped, "a|b|c", "hush"),
    ]);
    expect(one).not.toBe(two);
    expect(one).toMatch(/^s1\.[\w-]{8}\.[\w-]{16}\.[\w-]+$/);
    expect(one).not.toContain(toBase64Url(utf8("hush")));
  });

  it("S31: a value moved to another tenant, record or field does not open", async () => {
    const wrapped = await newWrappedKey(keyring);
    const sealed = await seal(keyring, wrapped, aadOf("ten_a", "chn_a", "secrets"), "hush");
    for (const aad of [
      aadOf("ten_b", "chn_a", "secrets"),
      aadOf("ten_a", "chn_b", "secrets"),
      aadOf("ten_a", "chn_a", "key"),
    ])
      await expect(open(keyring, wrapped, aad, sealed)).rejects.toThrow(/does not belong/);
  });

  it("S31: a value does not open with another tenant's key", async () => {
    const aad = aadOf("ten_a", "chn_a", "secrets");
    const sealed = await seal(keyring, await newWrappedKey(keyring), aad, "hush");
    await expect(open(keyring, await newWrappedKey(keyring), aad, sealed)).rejects.toThrow("another key");
  });

  it("a changed or cut value does not open, and the error holds nothing of it", async () => {
    const wrapped = await newWrappedKey(keyring);
    const sealed = await seal(keyring, wrapped, "a|b|c", "hush");
    const flipped = `${sealed.slice(0, -2)}${sealed.endsWith("AA") ? "BB" : "AA"}`;
    for (const bad of [flipped, sealed.slice(0, -8), `${sealed}.x`, "hush", "s1.a.b"]) {
      const error = await open(keyring, wrapped, "a|b|c", bad).catch((caught: unknown) => caught);
      expect(String(error)).toMatch(/vault/);
      expect(String(error)).not.toContain("hush");
    }
  });
});
