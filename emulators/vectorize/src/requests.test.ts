import { describe, expect, it } from "vitest";
import { matches, readFilter } from "./filter.ts";
import { dot, Nearest, norm } from "./nearest.ts";
import { readIds, readQueryOptions, readQueryVector, readVectors } from "./requests.ts";

const metadata = { lang: "es", n: 5, tags: ["a"], shop: { city: "Sevilla" }, open: true };

describe("metadata filters", () => {
  it.each([
    [{ lang: "es" }, true],
    [{ lang: "en" }, false],
    [{ lang: { $eq: "es" }, n: { $gt: 4, $lte: 5 } }, true],
    [{ lang: "es", n: { $lt: 5 } }, false],
    [{ n: { $gte: 5 } }, true],
    [{ lang: { $ne: "en" } }, true],
    [{ lang: { $in: ["en", "es"] } }, true],
    [{ lang: { $nin: ["en", "es"] } }, false],
    [{ "shop.city": "Sevilla" }, true],
    [{ missing: null }, true],
    [{ open: true }, true],
    [{ n: { $gt: "4" } }, false],
  ])("%j", (filter, expected) => {
    expect(matches(readFilter(filter), metadata)).toBe(expected);
  });

  it.each([[{ a: { $like: "x" } }], [{ a: { $in: "x" } }], [{ $and: [] }], [{ a: "x".repeat(3000) }], [[]]])(
    "refuses %j",
    (filter) => {
      expect(() => readFilter(filter)).toThrow(/^VECTOR_QUERY_ERROR \(code = 40026\)/);
    },
  );
});

describe("limits", () => {
  const vector = (change: object = {}) => ({ id: "a", values: [1, 0], ...change });

  it.each([
    [
      () => readVectors("UPSERT", [vector({ values: [1] })], 2),
      'VECTOR_UPSERT_ERROR (code = 40012): invalid vector for id="a", expected 2 dimensions, and got 1 dimensions',
    ],
    [
      () => readVectors("INSERT", [vector({ id: "ñ".repeat(33) })], 2),
      "VECTOR_INSERT_ERROR (code = 40008): id too long; max is 64 bytes, got 66 bytes",
    ],
    [
      () => readVectors("UPSERT", [vector({ metadata: { text: "x".repeat(10_240) } })], 2),
      'VECTOR_UPSERT_ERROR (code = 40016): metadata too large for id="a"; max is 10240 bytes, got 10251 bytes',
    ],
    [
      () =>
        readVectors(
          "UPSERT",
          Array.from({ length: 1001 }, () => vector()),
          2,
        ),
      "VECTOR_UPSERT_ERROR (code = 40007): too many vectors in payload; max vector count is 1000, got 1001",
    ],
    [
      () =>
        readIds(
          "GET",
          Array.from({ length: 21 }, (_, i) => `${i}`),
        ),
      "VECTOR_GET_ERROR (code = 40007): too many ids in payload; max id count is 20, got 21",
    ],
    [
      () => readQueryVector([1], 2),
      "VECTOR_QUERY_ERROR (code = 40006): invalid query vector, expected 2 dimensions, and got 1 dimensions",
    ],
    [() => readQueryOptions({ topK: 101 }), "VECTOR_QUERY_ERROR (code = 40025): max top K is 100, but got 101"],
    [
      () => readQueryOptions({ topK: 51, returnValues: true }),
      "VECTOR_QUERY_ERROR (code = 40025): with returnValues=true or returnMetadata=all, max top K is 50, but got 51",
    ],
    [
      () => readQueryOptions({ returnMetadata: false }),
      "VECTOR_QUERY_ERROR (code = 40026): Failed to parse the request body as JSON: returnMetadata: expected value",
    ],
  ])("%#", (read, message) => {
    expect(read).toThrow(message);
  });

  it("accepts typed arrays and the largest allowed values", () => {
    expect(readVectors("UPSERT", [vector({ values: new Float64Array([1, 0]), id: "x".repeat(64) })], 2)).toMatchObject([
      { namespace: "", metadata: null },
    ]);
    expect(readQueryOptions({ topK: 100 })).toMatchObject({ topK: 100, returnMetadata: "none", returnValues: false });
    expect(readQueryOptions({ topK: 50, returnMetadata: true })).toMatchObject({ returnMetadata: "all" });
    expect(readQueryOptions(undefined)).toMatchObject({ topK: 5, conditions: [] });
  });
});

describe("the nearest", () => {
  it("keeps the best in order, equal scores by id", () => {
    const nearest = new Nearest<string>(3);
    for (const [id, score] of [
      ["d", 0.5],
      ["a", 0.1],
      ["c", 0.5],
      ["b", 0.9],
      ["e", 0.2],
    ] as const)
      nearest.offer(score, id, id.toUpperCase());
    expect(nearest.best().map(({ item }) => item)).toEqual(["B", "C", "D"]);
  });

  it("multiplies vectors of any length", () => {
    const values = Float32Array.of(1, 2, 3, 4, 5);
    expect(dot(values, values)).toBe(55);
    expect(norm(Float32Array.of(3, 4))).toBe(5);
  });
});
