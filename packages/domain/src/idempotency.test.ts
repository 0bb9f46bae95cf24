import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { canonicalJson, idempotencyKeyOf } from "./idempotency.ts";

const identity = {
  turnId: "trn_1",
  step: "c7_0",
  tool: "order_create",
  input: { sku: "X", qty: 2, gift: { note: "hola", wrap: true } },
};

describe("canonical JSON", () => {
  it("does not depend on the order of keys, at any depth", () => {
    expect(canonicalJson({ b: [{ y: 1, x: 2 }], a: null })).toBe('{"a":null,"b":[{"x":2,"y":1}]}');
    expect(canonicalJson({ a: null, b: [{ x: 2, y: 1 }] })).toBe(canonicalJson({ b: [{ y: 1, x: 2 }], a: null }));
  });

  it("keeps what differs apart", () => {
    const values = [
      null,
      0,
      1,
      "",
      "1",
      [],
      {},
      [1],
      ["1"],
      { a: 1 },
      { a: "1" },
      { a: [1] },
      { a: undefined, b: 1 },
      true,
    ];
    expect(new Set(values.map(canonicalJson)).size).toBe(values.length);
  });

  it("treats __proto__ as a key like any other", () => {
    expect(canonicalJson(JSON.parse('{"z":1,"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1},"z":1}');
  });

  it("writes what JSON has no word for as JSON does", () => {
    expect(canonicalJson(-0)).toBe("0");
    expect(canonicalJson(Number.NaN)).toBe("null");
    expect(canonicalJson(undefined)).toBe("null");
  });
});

describe("the key of an effect", () => {
  it("is 40 characters any remote accepts", async () => {
    expect(await idempotencyKeyOf(identity)).toMatch(/^[a-z2-7]{40}$/);
  });

  it("is the base32 of the SHA-256, so that others can compute it", async () => {
    const named = JSON.stringify([identity.turnId, identity.step, identity.tool, canonicalJson(identity.input)]);
    const bits = [...createHash("sha256").update(named).digest()]
      .map((byte) => byte.toString(2).padStart(8, "0"))
      .join("");
    const letters = (bits.match(/.{5}/g) ?? [])
      .map((five) => "abcdefghijklmnopqrstuvwxyz234567"[Number.parseInt(five, 2)])
      .join("");
    expect(await idempotencyKeyOf(identity)).toBe(letters.slice(0, 40));
  });

  it("is the same for the same call whatever order the arguments came in", async () => {
    const shuffled = { ...identity, input: { gift: { wrap: true, note: "hola" }, qty: 2, sku: "X" } };
    expect(await idempotencyKeyOf(shuffled)).toBe(await idempotencyKeyOf(identity));
  });

  it("differs for another turn, step, tool or argument", async () => {
    const others = [
      identity,
      { ...identity, turnId: "trn_2" },
      { ...identity, step: "c7_1" },
      { ...identity, tool: "order_cancel" },
      { ...identity, input: { ...identity.input, qty: 3 } },
    ];
    expect(new Set(await Promise.all(others.map(idempotencyKeyOf))).size).toBe(others.length);
  });
});
