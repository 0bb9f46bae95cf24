import { describe, expect, it } from "vitest";
import { isInCanary, releaseFor } from "./canary.ts";

const conversations = Array.from({ length: 20_000 }, (_, n) => `cnv_${n.toString(16).padStart(64, "0")}`);
const chosen = (releaseId: string, percent: number): string[] =>
  conversations.filter((id) => isInCanary({ version: 1, releaseId, percent }, id));

describe("the share of a canary", () => {
  it("is as large as it says", () => {
    expect(chosen("rel_a", 0)).toEqual([]);
    expect(chosen("rel_a", 100)).toHaveLength(conversations.length);
    for (const percent of [1, 5, 10, 50, 90]) {
      const share = (chosen("rel_a", percent).length / conversations.length) * 100;
      expect(Math.abs(share - percent)).toBeLessThan(1.5);
    }
  });

  it("only ever gains conversations while it grows", () => {
    let before: string[] = [];
    for (const percent of [1, 5, 20, 60, 100]) {
      const now = new Set(chosen("rel_a", percent));
      expect(before.every((id) => now.has(id))).toBe(true);
      before = [...now];
    }
  });

  it("is drawn anew for another release", () => {
    const both = new Set(chosen("rel_a", 10));
    const shared = chosen("rel_b", 10).filter((id) => both.has(id)).length;
    expect(shared / conversations.length).toBeLessThan(0.02);
  });

  it("concerns one agent, and nobody where there is none", () => {
    const pointers = {
      releases: { a: "rel_base", b: "rel_other" },
      canaries: { a: { version: 1, releaseId: "rel_new", percent: 100 } },
    };
    expect(releaseFor(pointers, "a", "cnv_1")).toBe("rel_new");
    expect(releaseFor(pointers, "b", "cnv_1")).toBe("rel_other");
    expect(releaseFor(pointers, "c", "cnv_1")).toBeNull();
  });
});
