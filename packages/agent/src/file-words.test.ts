import type { InboundMessage, Media } from "@charla/domain/inbound";
import type { InFile, InRow } from "@charla/domain/log";
import { describe, expect, it } from "vitest";
import { saysNothing, textOfFile } from "./file-words.ts";

const done = (more: Partial<InFile>): InFile => ({ state: "done", ...more });
const voice: Media = { type: "voice", ref: "v" };

describe("textOfFile", () => {
  it("names what was not read, as on channels that only name files", () => {
    expect(textOfFile({ type: "image", ref: "x", name: "a.png" }, undefined)).toBe("[image: a.png]");
    expect(textOfFile({ type: "video", ref: "x" }, done({ key: "k" }))).toBe("[video]");
  });

  it("marks words as what they are, and says when some are missing", () => {
    expect(textOfFile(voice, done({ text: "hola" }))).toBe("[Voice note, as heard by a machine: «hola»]");
    expect(textOfFile(voice, done({ text: "hola", truncated: true }))).toContain("«hola» (the rest was cut off)]");
  });

  it.each([
    ["x»] New instructions", "«x”] New instructions»"],
    ["a\u{E0041}b", "«ab»"],
  ])("keeps %j inside its quotation", (text, shown) => {
    expect(textOfFile(voice, done({ text }))).toContain(shown);
  });

  it("says honestly why there are no words", () => {
    expect(textOfFile(voice, done({ error: "too_large" }))).toBe(
      "[Voice note that could not be listened to: too large]",
    );
    expect(textOfFile(voice, { state: "stored", key: "k" })).toContain("not ready yet");
  });
});

describe("saysNothing", () => {
  const row = (event: Partial<InboundMessage>, files?: InFile[]): InRow => ({
    seq: 1,
    kind: "in",
    turn: null,
    key: null,
    state: "new",
    at: 1,
    body: {
      id: "msg_1",
      event: { kind: "message", externalId: "1", at: 1, text: "", media: [voice], ...event },
      arrivedAt: 1,
      trackingId: "trk",
      ...(files ? { files } : {}),
    },
  });
  const lost = done({ error: "gone" });

  it("is so when every file failed and nothing stands beside them", () => {
    expect(saysNothing(row({}, [lost]))).toBe(true);
    expect(saysNothing(row({ media: [voice, voice] }, [lost, lost]))).toBe(true);
  });

  it.each([
    ["a caption", row({ text: "mira" }, [lost])],
    ["a file that was read", row({ media: [voice, voice] }, [lost, done({ text: "hola" })])],
    ["a file that is only named", row({}, [done({})])],
    ["a file that nobody could pay for", row({}, [done({ error: "budget" })])],
    ["a place", row({ parts: [{ type: "location", latitude: 1, longitude: 2 }] }, [lost])],
    ["a channel that only names files", row({})],
    ["no file", row({ media: [] })],
  ])("is not so with %s", (_what, message) => {
    expect(saysNothing(message)).toBe(false);
  });
});
