import type { ChatMessage, ServerFrame } from "@charla/domain/webchat";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reduce, type ChatEvent } from "./reduce.ts";
import { type ChatState, initialState, unreadCount, unsent } from "./state.ts";

type Body = ServerFrame extends infer F ? (F extends ServerFrame ? Omit<F, "v"> : never) : never;

const frame = (body: Body): ChatEvent => ({ type: "frame", frame: { v: 1, ...body } as ServerFrame });
const message = (seq: number, over: Partial<ChatMessage> = {}): ChatMessage => ({
  seq,
  id: `msg_${seq}`,
  role: "agent",
  text: `text ${seq}`,
  at: seq * 1000,
  state: "sent",
  ...over,
});
const says = (seq: number, over: Partial<ChatMessage> = {}): ChatEvent =>
  frame({ type: "message", message: message(seq, over) });
const readyAt = (seq: number): ChatEvent =>
  frame({
    type: "ready",
    conversationId: "cnv_1",
    seq,
    agent: { name: "Vera" },
    owner: "ai",
    demo: true,
    complete: true,
  });
const ready = readyAt(0);
const wrote = (id: string, text = id): ChatEvent => ({ type: "written", id, text, at: 1 });
const chunk = (index: number, text: string, turnId = "trn_1"): ChatEvent =>
  frame({ type: "chunk", turnId, index, text });

const after = (...events: ChatEvent[]): ChatState => events.reduce(reduce, initialState());
const texts = (state: ChatState): string[] => state.entries.map((entry) => entry.text);

describe("messages", () => {
  it("of a conversation that was erased are forgotten when another one begins in its place", () => {
    const known = after(readyAt(7), says(6), says(7), wrote("c1"));
    const anew = reduce(known, ready);
    expect([texts(anew), anew.lastSeq]).toEqual([["c1"], 0]);
    expect(texts(reduce(anew, says(2)))).toEqual(["text 2", "c1"]);
  });

  it("are ordered by number and never doubled, whatever the order and repetition of frames", () => {
    const seqs = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 40 });
    const repeated = seqs.chain((list) =>
      fc.array(fc.constantFrom(...list), { maxLength: 120 }).map((extra) => [...list, ...extra]),
    );
    fc.assert(
      fc.property(repeated, (list) => {
        const state = after(...list.map((seq) => says(seq)));
        expect(state.entries.map((entry) => entry.seq)).toEqual([...new Set(list)].toSorted((a, b) => a - b));
        expect(state.lastSeq).toBe(Math.max(...list));
      }),
    );
  });

  it("keep the very same state when a frame says nothing new", () => {
    const once = after(says(4));
    expect(reduce(once, says(4)).entries).toBe(once.entries);
  });

  it("take over an edit and a deletion in their place", () => {
    const state = after(says(1), says(2), says(1, { text: "better" }), says(2, { deleted: true, text: "" }));
    expect(texts(state)).toEqual(["better", ""]);
    expect(state.entries.map((entry) => entry.deleted)).toEqual([false, true]);
  });

  it("of a page of history come before and do not move the point of resumption backwards", () => {
    const state = after(says(90), frame({ type: "history", messages: [message(10), message(20)], more: true }));
    expect(state.entries.map((entry) => entry.seq)).toEqual([10, 20, 90]);
    expect([state.lastSeq, state.more]).toEqual([90, true]);
  });
});

describe("own messages", () => {
  it("are one entry from writing to reading", () => {
    const written = after(ready, wrote("c1", "hola"));
    const key = written.entries[0]?.key;
    const read = [
      frame({ type: "accepted", id: "c1", seq: 7, duplicate: false }),
      says(7, { role: "visitor", text: "hola", clientId: "c1", state: "new" }),
      frame({ type: "status", seq: 7, state: "taken" }),
    ].reduce(reduce, written);
    expect(read.entries).toHaveLength(1);
    expect(read.entries[0]).toMatchObject({ key, seq: 7, delivery: "read" });
  });

  it("count as delivered when the echo comes without the confirmation", () => {
    const state = after(ready, wrote("c1"), says(7, { role: "visitor", text: "c1", clientId: "c1", state: "new" }));
    expect(unsent(state)).toEqual([]);
    expect(state.entries[0]?.delivery).toBe("sent");
  });

  it("do not move the point of resumption by a confirmation: an older answer may still be on its way", () => {
    const state = after(ready, wrote("c1"), frame({ type: "accepted", id: "c1", seq: 9, duplicate: false }));
    expect(state.lastSeq).toBe(0);
    expect(
      after(ready, wrote("c1"), frame({ type: "accepted", id: "c1", seq: 9, duplicate: false }), says(8)).entries.map(
        (entry) => entry.seq,
      ),
    ).toEqual([8, 9]);
  });

  it("stay unsent through any number of lost connections", () => {
    const state = after(
      ready,
      wrote("c1"),
      { type: "link", link: { phase: "waiting", retryAt: 0 } },
      { type: "link", link: { phase: "connecting" } },
      ready,
    );
    expect(unsent(state).map((entry) => entry.clientId)).toEqual(["c1"]);
  });

  it("are read once somebody has answered", () => {
    const asked = after(says(7, { role: "visitor", clientId: "c1", state: "received" }));
    expect(reduce(asked, says(8, { role: "system" })).entries[0]?.delivery).toBe("sent");
    const state = [says(8), says(9, { role: "visitor", clientId: "c2", state: "received" })].reduce(reduce, asked);
    expect(state.entries.map((entry) => entry.delivery)).toEqual(["read", null, "sent"]);
    expect(reduce(state, says(7, { role: "visitor", clientId: "c1", state: "received" })).entries).toBe(state.entries);
  });

  it("never go back from read to sent", () => {
    const state = after(
      wrote("c1"),
      says(7, { role: "visitor", clientId: "c1", state: "taken" }),
      frame({ type: "status", seq: 7, state: "new" }),
    );
    expect(state.entries[0]?.delivery).toBe("read");
  });

  it("fail alone when the server names them", () => {
    const state = after(
      ready,
      wrote("c1"),
      wrote("c2"),
      frame({ type: "error", code: "PAYLOAD_TOO_LARGE", message: "", id: "c2" }),
    );
    expect(state.entries.map((entry) => entry.delivery)).toEqual(["sending", "failed"]);
    expect(state.errorCode).toBeNull();
  });

  it("stay unsent on an error that time heals", () => {
    const state = after(ready, wrote("c1"), frame({ type: "error", code: "OVERLOADED", message: "" }));
    expect(unsent(state)).toHaveLength(1);
    expect(state.errorCode).toBe("OVERLOADED");
  });

  it("can be tried again and discarded after a failure", () => {
    const failed = after(wrote("c1"), { type: "gave_up", id: "c1", code: "FORBIDDEN" });
    expect(reduce(failed, { type: "retried", id: "c1" }).entries[0]).toMatchObject({
      delivery: "sending",
      errorCode: undefined,
    });
    expect(reduce(failed, { type: "discarded", id: "c1" }).entries).toEqual([]);
  });
});

describe("an answer being written", () => {
  it("grows by its chunks and ignores repeated ones", () => {
    expect(after(chunk(0, "ho"), chunk(0, "ho"), chunk(1, "la"), chunk(1, "la")).draft?.text).toBe("hola");
  });

  it("gives way to the finished message, and later chunks begin the next bubble", () => {
    const state = after(chunk(0, "one"), says(5), chunk(1, "two"));
    expect(state.draft?.text).toBe("two");
    expect(after(chunk(0, "one"), says(5), chunk(0, "one")).draft?.text).toBe("");
  });

  it("survives a repeat of an older message", () => {
    expect(after(says(5), chunk(0, "new"), says(5)).draft?.text).toBe("new");
  });

  it("shows dots in place of a text with a hole", () => {
    const state = after(chunk(0, "a"), chunk(2, "c"), chunk(3, "d"));
    expect(state.draft).toMatchObject({ text: "", broken: true });
  });

  it("is void after a reset, and any chunk may begin it anew", () => {
    const reset = frame({ type: "chunk_reset", turnId: "trn_1" });
    expect(after(chunk(0, "old"), reset).draft?.text).toBe("");
    expect(after(chunk(0, "old"), reset, chunk(0, "new")).draft?.text).toBe("new");
    expect(after(chunk(0, "old"), reset, chunk(1, "new")).draft?.text).toBe("new");
  });

  it("is void when another turn begins, the connection goes or a person takes over", () => {
    expect(after(chunk(0, "old"), chunk(0, "new", "trn_2")).draft?.text).toBe("new");
    expect(after(chunk(0, "old"), { type: "link", link: { phase: "offline" } }).draft).toBeNull();
    expect(after(chunk(0, "old"), frame({ type: "owner", owner: "human" })).draft).toBeNull();
  });
});

describe("what else is shown", () => {
  it("knows agent, owner and demo from ready", () => {
    expect(after(ready)).toMatchObject({
      agentName: "Vera",
      demo: true,
      owner: "ai",
      conversationId: "cnv_1",
      settled: true,
      link: { phase: "online" },
    });
  });

  it("counts what others said since the visitor looked", () => {
    const state = after(says(1), says(2, { role: "human" }), says(3, { role: "visitor" }), says(4, { deleted: true }));
    expect(unreadCount(state)).toBe(2);
    expect(unreadCount(reduce(state, { type: "read", seq: 2 }))).toBe(0);
    expect(reduce(reduce(state, { type: "read", seq: 2 }), { type: "read", seq: 1 }).readSeq).toBe(2);
  });

  it("ends the typing sign with the message, and has none for the visitor's own typing", () => {
    const typing = frame({ type: "typing", on: true, who: "agent" });
    expect(after(typing).typing).toBe("agent");
    expect(after(typing, says(1)).typing).toBeNull();
    expect(after(frame({ type: "typing", on: true, who: "visitor" })).typing).toBeNull();
  });

  it("forgets a visitor the server no longer knows, but not what was written", () => {
    const state = after(ready, says(1), wrote("c1"), { type: "forgotten" });
    expect(texts(state)).toEqual(["c1"]);
    expect(state.lastSeq).toBe(0);
  });
});
