import type { InRow, ModelStepBody, StepRow, StepState } from "@charla/domain/log";
import { describe, expect, it } from "vitest";
import { textOfInbound, turnMessages } from "./transcript.ts";

const inbound = (seq: number, text: string, at = seq): InRow => ({
  seq,
  kind: "in",
  turn: 1,
  key: `i:${seq}`,
  state: "taken",
  at,
  body: {
    id: `msg_${seq}`,
    event: { kind: "message", externalId: `${seq}`, at, text },
    arrivedAt: at,
    trackingId: "trk",
  },
});

function asked(seq: number, ...ids: string[]): StepRow {
  const body: ModelStepBody = {
    n: 0,
    type: "model",
    epoch: 0,
    purpose: "answer",
    provider: "p",
    model: "m",
    attempt: 1,
    prompt: { releaseId: "r", summarySeq: 0, fromSeq: 0, toSeq: 0, steps: 0, tokens: 0 },
    text: "",
    calls: ids.map((id) => ({ id, name: "t", input: {} })),
    finish: "tool-calls",
    usage: { input: 0, output: 0, cached: 0 },
    costMicros: 0,
    ms: 0,
  };
  return { seq, kind: "step", turn: 1, key: null, state: "done", at: 0, body };
}

const result = (seq: number, callId: string, state: StepState = "done"): StepRow => ({
  seq,
  kind: "step",
  turn: 1,
  key: callId,
  state,
  at: 0,
  body: {
    n: 0,
    type: "tool",
    callId,
    name: "t",
    kind: "k",
    effect: "unsafe",
    input: {},
    output: { ok: callId },
    startedAt: 0,
    attempts: 1,
    error: { code: "E", message: "no" },
  },
});

describe("turnMessages", () => {
  it("puts the messages of a burst in the provider's order", () => {
    expect(turnMessages([inbound(1, "second", 20), inbound(2, "first", 10)], [])).toEqual([
      { role: "user", text: "first\nsecond" },
    ]);
  });

  it("keeps results right behind their calls and brings what arrived meanwhile after them", () => {
    const messages = turnMessages(
      [inbound(1, "a"), inbound(5, "wait")],
      [asked(3, "c1", "c2"), result(4, "c1"), result(6, "c2")],
    );
    expect(messages.map((message) => message.role)).toEqual(["user", "assistant", "tool", "tool", "user"]);
    expect(messages.at(-1)).toEqual({ role: "user", text: "wait" });
  });

  it("tells the model that an interrupted unsafe call may have happened", () => {
    const messages = turnMessages([inbound(1, "a")], [asked(3, "c1"), result(4, "c1", "unknown")]);
    expect(messages.at(-1)).toMatchObject({ role: "tool", failed: true, output: { error: "OUTCOME_UNKNOWN" } });
  });

  it("gives every call a result, also one that was never run", () => {
    expect(turnMessages([inbound(1, "a")], [asked(3, "c1")]).at(-1)).toMatchObject({
      role: "tool",
      callId: "c1",
      failed: true,
    });
  });
});

describe("textOfInbound", () => {
  it("names media, uses an edit instead of the first text, and leaves out what was deleted", () => {
    const row = inbound(1, "old");
    row.body.text = "new";
    expect(textOfInbound(row)).toBe("new");
    row.body.deleted = true;
    expect(textOfInbound(row)).toBe("");
    const picture = inbound(2, "");
    picture.body.event = {
      kind: "message",
      externalId: "2",
      at: 2,
      text: "",
      media: [{ type: "document", ref: "r", name: "quote.pdf" }],
    };
    expect(textOfInbound(picture)).toBe("[document: quote.pdf]");
  });

  it("says the subject of a mail that begins an exchange, once", () => {
    const mail = (more: object): string => {
      const row = inbound(1, "¿Cuándo llega?");
      if (row.body.event.kind === "message") Object.assign(row.body.event, { subject: "Pedido 42" }, more);
      return textOfInbound(row);
    };
    expect(mail({})).toBe("[Subject: Pedido 42]\n¿Cuándo llega?");
    expect(mail({ replyTo: "<m0@example.org>" })).toBe("¿Cuándo llega?");
    expect(mail({ text: "Pedido 42" })).toBe("Pedido 42");
  });
});
