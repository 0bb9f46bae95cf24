import { describe, expect, it } from "vitest";
import { TokenBuckets } from "./token-buckets.ts";

describe("a token bucket", () => {
  it("grants the burst, then one for every interval, and says how long to wait", () => {
    const buckets = new TokenBuckets(3, 10);
    expect([1, 2, 3, 4].map(() => buckets.take("a", 0))).toEqual([0, 0, 0, 100]);
    expect(buckets.take("a", 60)).toBe(40);
    expect(buckets.take("a", 100)).toBe(0);
    expect(buckets.take("b", 100)).toBe(0);
  });

  it("keeps a debt until it is paid", () => {
    const buckets = new TokenBuckets(3, 10);
    buckets.charge("a", 13, 0);
    expect(buckets.wait("a", 0)).toBe(1_100);
    expect(buckets.take("a", 1_000)).toBe(100);
    expect(buckets.take("a", 1_100)).toBe(0);
  });

  it("never holds more than the burst, and takes no harm from a clock that goes back", () => {
    const buckets = new TokenBuckets(2, 10);
    buckets.charge("a", 1, 10_000);
    expect(buckets.wait("a", 0)).toBe(0);
    expect([1, 2, 3].map(() => buckets.take("a", 1_000_000))).toEqual([0, 0, 100]);
  });

  it("forgets the key that was not used for longest when there are too many", () => {
    const buckets = new TokenBuckets(1, 1, 2);
    for (const key of ["a", "b", "a", "c"]) buckets.take(key, 0);
    expect(["a", "c"].map((key) => buckets.wait(key, 0))).toEqual([1000, 1000]);
    expect(buckets.wait("b", 0)).toBe(0);
  });
});
