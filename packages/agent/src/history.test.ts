import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toMessages, windowOf, type HistoryItem } from "./history.ts";

const item = (seq: number, tokens: number, role: HistoryItem["role"] = "user"): HistoryItem => ({
  seq,
  role,
  text: `m${seq}`,
  tokens,
});

describe("windowOf", () => {
  it("keeps the newest that fit, oldest first, and never reads further than it must", () => {
    let read = 0;
    function* endless(): Generator<HistoryItem> {
      for (let seq = 1_000_000; ; seq--) {
        read++;
        yield item(seq, 10);
      }
    }
    const window = windowOf(endless(), 100);
    expect(window.items.map((entry) => entry.seq)).toEqual([
      999_991, 999_992, 999_993, 999_994, 999_995, 999_996, 999_997, 999_998, 999_999, 1_000_000,
    ]);
    expect(window.complete).toBe(false);
    expect(read).toBeLessThanOrEqual(11);
  });

  it("keeps at least the newest message even when it alone is over the budget", () => {
    expect(windowOf([item(2, 5000), item(1, 1)], 100).items.map((entry) => entry.seq)).toEqual([2]);
  });

  it("is within the budget and a suffix of what was said", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 60 }),
        fc.integer({ min: 50, max: 400 }),
        (sizes, budget) => {
          const all = sizes.map((tokens, seq) => item(seq, tokens));
          const { items, tokens } = windowOf(all.toReversed(), budget);
          expect(tokens).toBeLessThanOrEqual(Math.max(budget, all.at(-1)?.tokens ?? 0));
          expect(items).toEqual(all.slice(all.length - items.length));
        },
      ),
    );
  });
});

describe("toMessages", () => {
  it("joins neighbours of one role", () => {
    expect(toMessages([item(1, 1), item(2, 1), item(3, 1, "assistant"), item(4, 1)])).toEqual([
      { role: "user", text: "m1\nm2" },
      { role: "assistant", text: "m3" },
      { role: "user", text: "m4" },
    ]);
  });
});
