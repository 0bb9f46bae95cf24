import type { ChatMessage, ServerFrame } from "@charla/domain/webchat";
import { describe, expect, it } from "vitest";
import { Dialect, type DialectState } from "./dialect.ts";
import { newPid, resumptionOf } from "./resume.ts";

const CONVERSATION = `cnv_${"a1".repeat(32)}`;
const OTHER = `cnv_${"b2".repeat(32)}`;

function dialect(state: Partial<DialectState> = {}): Dialect {
  let serial = 0;
  return new Dialect(
    { conversationId: CONVERSATION, shown: 0, draft: null, waiting: [], ...state },
    () => `own-${++serial}`,
  );
}
const message = (seq: number, more: Partial<ChatMessage> = {}): ServerFrame => ({
  v: 1,
  type: "message",
  message: { seq, id: `msg_${seq}`, role: "agent", text: `t${seq}`, at: 1, state: "sent", ...more },
});
const chunk = (index: number, text: string, turnId = "trn_1"): ServerFrame => ({
  v: 1,
  type: "chunk",
  turnId,
  index,
  text,
});
const acceptedFrame = (id: string, duplicate: boolean): ServerFrame => ({
  v: 1,
  type: "accepted",
  id,
  seq: 3,
  duplicate,
});

describe("what the client is told", () => {
  it("names what was shown as the last argument, and never shows a number twice", () => {
    const to = dialect();
    expect(to.said(message(4, { role: "visitor", clientId: "m1" }))).toMatchObject([
      { event: "messageReceived", args: [{ id: "m1", seq: 4 }, "4"] },
    ]);
    expect(to.said(message(7))).toMatchObject([{ event: "messageComplete", args: [{ text: "t7", seq: 7 }, "7"] }]);
    expect(to.said(message(7, { state: "read" }))).toEqual([
      { event: "messageStatus", args: [{ id: "msg_7", seq: 7, state: "read" }] },
    ]);
    expect(to.state.shown).toBe(7);
  });

  it("names the files of a message, and says nothing of files where there are none", () => {
    const to = dialect();
    const media = [{ type: "document" as const, mime: "application/pdf", name: "factura.pdf", size: 9 }];
    expect(to.said(message(4, { media, text: "" }))).toMatchObject([
      { event: "messageComplete", args: [{ text: "", files: media }, "4"] },
    ]);
    expect(to.said(message(5, { media, role: "visitor" }))).toMatchObject([
      { event: "messageReceived", args: [{ files: media }, "5"] },
    ]);
    expect(to.said(message(6)).flatMap((emission) => Object.keys(emission.args[0] ?? {}))).not.toContain("files");
  });

  it("shows a stream from its beginning only, and takes back what became void", () => {
    const to = dialect();
    expect(to.said(chunk(0, "Ho"))).toMatchObject([{ event: "messageChunk", args: [{ index: 0, delta: "Ho" }] }]);
    expect(to.said(chunk(1, "la"))).toMatchObject([{ args: [{ index: 1, delta: "la" }] }]);
    expect(to.said(chunk(3, "?"))).toEqual([{ event: "messageReset", args: [{ turnId: "trn_1" }] }]);
    expect(to.said(chunk(4, "!"))).toEqual([]);
    expect(to.said(chunk(0, "Otra"))).toMatchObject([{ event: "messageChunk", args: [{ delta: "Otra" }] }]);
    expect(to.said({ v: 1, type: "chunk_reset", turnId: "trn_1" })).toMatchObject([{ event: "messageReset" }]);
    expect(dialect().said(chunk(5, "late"))).toMatchObject([{ event: "messageReset" }]);
  });

  it("answers by ack whoever asked for one, and everybody else by an event", () => {
    const to = dialect();
    expect(to.heard(["sendMessage", { content: "hola", clientMessageId: "m1" }], 9).frame).toEqual({
      v: 1,
      type: "message",
      id: "m1",
      text: "hola",
    });
    expect(to.said(acceptedFrame("m1", false))).toMatchObject([
      { ack: 9, args: [{ ok: true, id: "m1", duplicate: false }] },
    ]);
    to.heard(["sendMessage", { content: "hola", clientMessageId: "m1" }], null);
    expect(to.said(acceptedFrame("m1", true))).toMatchObject([
      { event: "messageReceived", args: [{ id: "m1", duplicate: true }] },
    ]);
    to.heard(["sendMessage", { content: "hola", clientMessageId: "m2" }], null);
    expect(to.said(acceptedFrame("m2", false))).toEqual([]);
    to.heard(["getConversation"], null);
    expect(to.said({ v: 1, type: "history", id: "own-1", messages: [], more: false })).toMatchObject([
      { event: "conversation", args: [{ id: CONVERSATION }] },
    ]);
    expect(to.said({ v: 1, type: "history", messages: [], more: true })).toEqual([]);
    expect(to.heard(["ping"], null).emissions).toEqual([{ event: "pong", args: [] }]);
  });

  it("is what the conversation refused, by the number of the request where there is one", () => {
    const to = dialect();
    to.heard(["sendMessage", { content: "hola", clientMessageId: "m1" }], 4);
    const error: ServerFrame = {
      v: 1,
      type: "error",
      code: "RATE_LIMITED",
      message: "slow",
      id: "m1",
      retryAfterMs: 5,
    };
    expect(to.said(error)).toEqual([
      { ack: 4, args: [{ ok: false, error: { code: "RATE_LIMITED", message: "slow", retryAfterMs: 5, id: "m1" } }] },
    ]);
    expect(to.said(error)).toMatchObject([{ event: "error", args: [{ code: "RATE_LIMITED" }] }]);
  });
});

describe("what the client says", () => {
  it.each([
    ["a bare text", "hola", { text: "hola", id: "own-1" }],
    ["text for content", { text: "hola", id: "x" }, { text: "hola", id: "x" }],
    ["a button", { action: { id: "b1", title: "Sí" } }, { text: "Sí", action: { id: "b1", title: "Sí" } }],
  ])("is taken in the ways clients have: %s", (_, payload, frame) => {
    expect(dialect().heard(["sendMessage", payload], null).frame).toMatchObject({ type: "message", ...frame });
  });

  it.each([
    ["nothing", undefined, "BAD_REQUEST"],
    ["blanks", { content: "  \n" }, "BAD_REQUEST"],
    ["a number", 7, "BAD_REQUEST"],
    ["a list", ["hola"], "BAD_REQUEST"],
    ["an id that is none", { content: "hola", clientMessageId: "a b" }, "BAD_REQUEST"],
    ["too much", { content: "x".repeat(16_001) }, "PAYLOAD_TOO_LARGE"],
    ["another's conversation", { content: "hola", conversationId: OTHER }, "NOT_FOUND"],
  ])("is refused without a word to the conversation: %s", (_, payload, code) => {
    const { frame, emissions } = dialect().heard(["sendMessage", payload], 1);
    expect([frame, emissions]).toEqual([
      undefined,
      [{ ack: 1, args: [{ ok: false, error: expect.objectContaining({ code }) }] }],
    ]);
  });

  it.each(["getConversation", "endConversation"])("%s names its own conversation or none", (event) => {
    for (const payload of [undefined, null, {}, CONVERSATION, { id: CONVERSATION }, { conversationId: CONVERSATION }])
      expect(dialect().heard([event, payload], 1).frame).toBeDefined();
    for (const payload of [OTHER, { id: OTHER }, { conversationId: OTHER }, { id: "c1" }])
      expect(dialect().heard([event, payload], 1).emissions).toMatchObject([
        { args: [{ ok: false, error: { code: "NOT_FOUND" } }] },
      ]);
  });

  it("waits for its answer in another place too, and is said again there under the same id", () => {
    const here = dialect({ shown: 5 });
    here.heard(["sendMessage", { content: "hola", clientMessageId: "m1" }], 3);
    here.heard(["endConversation"], null);
    const there = new Dialect(here.state, () => "never");
    expect(there.unanswered).toMatchObject([{ type: "message", id: "m1" }, { type: "end" }]);
    expect(there.said(acceptedFrame("m1", true))).toMatchObject([{ ack: 3, args: [{ ok: true, id: "m1" }] }]);
    expect(there.unanswered).toHaveLength(1);
  });

  it("does not pile up without end", () => {
    const to = dialect();
    const codes = Array.from(
      { length: 250 },
      (_, n) => to.heard(["sendMessage", { content: "x", id: `m${n}` }], n).emissions,
    );
    expect(codes.filter((emissions) => emissions.length === 0)).toHaveLength(200);
    expect(codes[249]).toMatchObject([{ args: [{ error: { code: "RATE_LIMITED", id: "m249" } }] }]);
  });

  it.each([["nothing"], [undefined], [7]])("is an event nobody knows: %s", (name) => {
    expect(dialect().heard([name], null).emissions).toMatchObject([
      { event: "error", args: [{ code: "UNKNOWN_EVENT" }] },
    ]);
  });
});

describe("coming back", () => {
  const pid = newPid(CONVERSATION, 12);
  it("goes on after what was seen, or after where it began", () => {
    expect(resumptionOf({ pid, offset: "15" }, CONVERSATION)).toEqual({ pid, after: 15 });
    expect(resumptionOf({ pid }, CONVERSATION)).toEqual({ pid, after: 12 });
    expect(resumptionOf({ after: 7 }, CONVERSATION)?.after).toBe(7);
  });

  it("is a first time for whoever was in another conversation, or says nothing that makes sense", () => {
    const odd = [{ pid, offset: "15" }].map((auth) => resumptionOf(auth, OTHER));
    const junk = [{}, { pid: 7 }, { pid: "x", offset: "3" }, { after: -1 }, { after: "3" }, { offset: "3" }];
    expect([...odd, ...junk.map((auth) => resumptionOf(auth, CONVERSATION))].filter((back) => back !== null)).toEqual(
      [],
    );
    expect(resumptionOf({ pid, offset: "1e3" }, CONVERSATION)).toEqual({ pid, after: 12 });
  });
});
