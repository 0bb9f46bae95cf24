import { describe, expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";
import { mayAutomaticallySpeak, ownerAt } from "./owner.ts";
import { cannedText } from "./texts.ts";

describe("ownerAt", () => {
  it("gives the conversation back to the agent when the time is over, and not before", () => {
    expect(ownerAt({ type: "paused", until: 10 }, 9).type).toBe("paused");
    expect(ownerAt({ type: "paused", until: 10 }, 10).type).toBe("ai");
    expect(mayAutomaticallySpeak({ type: "human", memberId: "m" }, Number.MAX_SAFE_INTEGER)).toBe(false);
    expect(mayAutomaticallySpeak({ type: "human", memberId: "m", until: 5 }, 6)).toBe(true);
  });
});

describe("backoffMs", () => {
  it("doubles up to the cap, spreads, and never comes back before the time the other side named", () => {
    const wait = (tries: number, random: number) =>
      backoffMs(tries, { baseMs: 1000, capMs: 8000, random: () => random });
    expect([0, 1, 2, 3, 9].map((tries) => wait(tries, 1))).toEqual([1000, 2000, 4000, 8000, 8000]);
    expect(wait(3, 0)).toBe(2000);
    expect(backoffMs(0, { baseMs: 10, capMs: 10, atLeastMs: 3000 })).toBe(3000);
  });
});

describe("cannedText", () => {
  it("prefers the tenant's words, and takes an empty text as a wish for silence", () => {
    expect(cannedText("apology", { language: "es", texts: {} })).toContain("Lo siento");
    expect(cannedText("apology", { language: "en", texts: { apology: "" } })).toBe("");
  });
});
