import { describe, expect, it } from "vitest";
import { MAX_TEXT } from "../clean-text.ts";
import type { ParsedWebhook } from "../contract.ts";
import { parseHttpWebhook } from "./parse.ts";

const now = 1_795_219_260_000;
const encoder = new TextEncoder();
const base = { type: "message", id: "e1", conversation: "c", contact: { id: "u" }, text: "hola", timestamp: now };

const parse = (body: unknown): ParsedWebhook => parseHttpWebhook(encoder.encode(JSON.stringify(body)), null, now);
const eventOf = (change: Record<string, unknown>): unknown => parse({ ...base, ...change }).arrivals[0]?.events[0];
const reasonOf = (change: Record<string, unknown>): string | undefined =>
  parse({ ...base, ...change }).rejected[0]?.reason;

describe("text", () => {
  it("is cut at its longest and says so", () => {
    expect(eventOf({ text: "x".repeat(MAX_TEXT) })).not.toHaveProperty("cutFrom");
    const cut = eventOf({ text: `${"x".repeat(MAX_TEXT - 1)}👋tail` });
    expect(cut).toMatchObject({ text: "x".repeat(MAX_TEXT - 1), cutFrom: MAX_TEXT + 5 });
  });

  it("loses NUL and lone surrogates, which no store keeps", () => {
    expect(eventOf({ text: "a\0b\ud800c" })).toMatchObject({ text: "ab\ufffdc" });
    expect(reasonOf({ text: "\0" })).toBe("empty_message");
  });

  it.each([
    "\u200b\u200d",
    "\u202egnirts",
    "👋🏽",
    "🇪🇸",
    "e\u0301",
    "<script>alert(1)</script>",
    "'; DROP TABLE messages;--",
  ])("is kept as it is: %j", (text) => {
    expect(eventOf({ text })).toMatchObject({ text });
  });

  it("may be missing only when something else is there", () => {
    expect(reasonOf({ text: undefined })).toBe("empty_message");
    expect(reasonOf({ text: 5 })).toBe("invalid_text");
    expect(eventOf({ text: undefined, action: { id: "yes" } })).toMatchObject({
      text: "",
      action: { id: "yes", title: "yes" },
    });
  });
});

describe("refused items", () => {
  it.each([
    ["invalid_id", { id: "with space" }],
    ["invalid_id", { id: "ñ" }],
    ["invalid_id", { id: "" }],
    ["invalid_id", { id: "x".repeat(257) }],
    ["invalid_id", { id: 7 }],
    ["invalid_type", { type: 7 }],
    ["invalid_conversation", { conversation: "" }],
    ["invalid_conversation", { conversation: "x".repeat(257) }],
    ["invalid_conversation", { conversation: "a\nb" }],
    ["invalid_conversation", { conversation: "\ud800" }],
    ["invalid_contact", { contact: null }],
    ["invalid_contact", { contact: { id: 5 } }],
    ["invalid_contact", { contact: { id: "u", aliases: [1] } }],
    ["invalid_timestamp", { timestamp: "yesterday" }],
    ["invalid_timestamp", { timestamp: "2026-11-21T00:00:00" }],
    ["invalid_timestamp", { timestamp: null }],
    ["stale_timestamp", { timestamp: now - 8 * 24 * 3_600_000 - 1 }],
    ["invalid_attachment", { attachments: [{ url: "javascript:alert(1)" }] }],
    ["invalid_attachment", { attachments: [{ url: "https://user:pass@files.example/1" }] }],
    ["invalid_attachment", { attachments: "none" }],
    ["invalid_action", { action: {} }],
    ["invalid_message", { type: "edit", message: undefined }],
    ["empty_message", { type: "edit", message: "m", text: "" }],
    ["empty_message", { type: "human_echo", text: undefined }],
  ])("%s: %j", (reason, change) => {
    const { arrivals, rejected } = parse({ events: [{ ...base, ...change }, base] });
    expect(rejected).toMatchObject([{ index: 0, reason }]);
    expect(arrivals).toMatchObject([{ thread: "c", events: [{ externalId: "e1" }] }]);
  });

  it("keep what came, for whoever looks", () => {
    expect(parse({ ...base, id: "" }).rejected[0]?.raw).toContain('"text":"hola"');
    expect(parse({ ...base, id: "", text: "x".repeat(50_000) }).rejected[0]?.raw.length).toBeLessThanOrEqual(16_000);
  });
});

describe("times", () => {
  it("forgive a fast clock and default to now", () => {
    expect(eventOf({ timestamp: now + 299_000 })).toMatchObject({ at: now + 299_000 });
    expect(eventOf({ timestamp: now + 301_000 })).toMatchObject({ at: now });
    expect(eventOf({ timestamp: undefined })).toMatchObject({ at: now });
    expect(eventOf({ timestamp: "2026-11-21T01:00:00.5+01:00" })).toMatchObject({ at: 1_795_219_200_500 });
  });
});

describe("contacts", () => {
  it("keep what is usable of name and locale", () => {
    const { arrivals } = parse({ ...base, contact: { id: "u", name: "N".repeat(500), locale: "not a locale" } });
    expect(arrivals[0]?.contact).toEqual({ address: "u", name: "N".repeat(200) });
  });

  it("split a conversation of several people by person", () => {
    const { arrivals } = parse({ events: [base, { ...base, id: "e2", contact: { id: "v" } }, { ...base, id: "e3" }] });
    expect(arrivals.map(({ contact, events }) => [contact.address, events.length])).toEqual([
      ["u", 2],
      ["v", 1],
    ]);
  });
});

it("takes 1,000 events and refuses 1,001 as a whole", () => {
  const events = Array.from({ length: 1000 }, (_, i) => ({ ...base, id: `e${i}`, conversation: `c${i % 50}` }));
  expect(parse({ events }).arrivals).toHaveLength(50);
  expect(() => parse({ events: [...events, base] })).toThrow("at most 1000");
});
