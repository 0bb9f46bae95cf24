import { describe, expect, it } from "vitest";
import { reconnectDelay } from "./backoff.ts";
import { parseFrame } from "./frames.ts";
import { langOf, optionsOf } from "./options.ts";
import { textsOf } from "./texts.ts";
import { dayLabel } from "./view/days.ts";

describe("reconnectDelay", () => {
  it("lies between one second and a ceiling that doubles up to thirty", () => {
    expect([0, 1, 2, 3, 4, 9, 99].map((attempt) => reconnectDelay(attempt, () => 1))).toEqual([
      2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
    ]);
    expect([0, 5, 99].map((attempt) => reconnectDelay(attempt, () => 0))).toEqual([1000, 1000, 1000]);
  });

  it("spreads five thousand that lost the same server evenly over it (49)", () => {
    for (const [attempt, ceiling] of [2000, 4000, 8000, 16_000, 30_000].entries()) {
      const tenths = Array.from({ length: 10 }, () => 0);
      for (let n = 0; n < 5000; n++) {
        const tenth = Math.min(9, Math.floor((10 * (reconnectDelay(attempt) - 1000)) / (ceiling - 1000)));
        tenths[tenth] = (tenths[tenth] ?? 0) + 1;
      }
      expect(Math.max(...tenths)).toBeLessThan(700);
    }
  });
});

describe("parseFrame", () => {
  it.each([
    "",
    "pong",
    "{",
    "null",
    "[]",
    '{"v":2,"type":"ready"}',
    '{"v":1,"type":"toString"}',
    '{"v":1,"type":"message","message":{"seq":"1"}}',
    '{"v":1,"type":"history","messages":[{}]}',
  ])("passes over %j", (data) => {
    expect(parseFrame(data)).toBeNull();
  });

  it("takes what it knows", () => {
    expect(parseFrame('{"v":1,"type":"owner","owner":"human","later":true}')).toMatchObject({
      type: "owner",
      owner: "human",
    });
  });
});

describe("optionsOf", () => {
  const script = (dataset: Record<string, string>) => ({ src: "https://chat.example/chat/widget.js?v=1", dataset });

  it("finds the server by the script's own address", () => {
    expect(optionsOf(script({ channel: "chn_1" }), "en-GB")).toMatchObject({
      base: "https://chat.example/chat/chn_1/",
      lang: "en",
      position: "right",
      inline: false,
      open: false,
      theme: "auto",
    });
  });

  it("refuses what is no channel", () => {
    const wrong: Record<string, string>[] = [{}, { channel: "" }, { channel: "../x" }, { channel: "a/b" }];
    for (const dataset of wrong) expect(optionsOf(script(dataset), undefined)).toBeNull();
  });

  it("reads the flags as HTML authors write them", () => {
    expect(
      optionsOf(
        script({ channel: "c", open: "", mode: "inline", position: "left", theme: "dark", lang: "es", userId: "u1" }),
        "en",
      ),
    ).toMatchObject({ open: true, inline: true, position: "left", theme: "dark", lang: "es", userId: "u1" });
    expect(optionsOf(script({ channel: "c", open: "false", theme: "pink" }), "en")).toMatchObject({
      open: false,
      theme: "auto",
    });
  });

  it("speaks Spanish unless English is asked for", () => {
    expect([
      langOf(undefined, undefined),
      langOf(undefined, "fr-FR"),
      langOf(undefined, "en-US"),
      langOf("en", "es"),
    ]).toEqual(["es", "es", "en", "en"]);
  });
});

describe("dayLabel", () => {
  const noon = (day: number): number => new Date(2026, 2, day, 12).getTime();

  it("names today, yesterday (over a change of the clocks too) and dates", () => {
    const label = (at: number, now: number): string => dayLabel(at, now, "es", textsOf("es"));
    expect(label(noon(30), noon(30))).toBe("Hoy");
    expect(label(noon(29), noon(30))).toBe("Ayer");
    expect(label(noon(28), noon(30))).toBe("sábado, 28 de marzo");
    expect(dayLabel(new Date(2024, 0, 5).getTime(), noon(30), "en", textsOf("en"))).toContain("2024");
  });
});
