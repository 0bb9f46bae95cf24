import type { ModelStepBody, StepRow, StepState, ToolCall } from "@charla/domain/log";
import { TurnLimits } from "@charla/domain/release";
import { describe, expect, it } from "vitest";
import { decide, failedAttempts, repeats } from "./decide.ts";

const limits = TurnLimits.parse({});
const turn = { activeSince: 0, tokens: 0 };
let seq = 0;

function model(calls: ToolCall[], state: StepState = "done", name = "m"): StepRow {
  const body: ModelStepBody = {
    n: seq,
    type: "model",
    epoch: 0,
    purpose: "answer",
    provider: "p",
    model: name,
    attempt: 1,
    prompt: { releaseId: "r", summarySeq: 0, fromSeq: 0, toSeq: 0, steps: 0, tokens: 0 },
    text: "",
    calls,
    finish: "stop",
    usage: { input: 0, output: 0, cached: 0 },
    costMicros: 0,
    ms: 1,
  };
  return { seq: ++seq, kind: "step", turn: 1, key: null, state, at: 0, body };
}

function tool(callId: string, state: StepState = "done", input: unknown = {}): StepRow {
  return {
    seq: ++seq,
    kind: "step",
    turn: 1,
    key: callId,
    state,
    at: 0,
    body: { n: seq, type: "tool", callId, name: "t", kind: "k", effect: "read", input, startedAt: 0, attempts: 1 },
  };
}

describe("decide", () => {
  it("asks the model first", () => {
    expect(decide([], limits, turn, 0)).toEqual({ do: "model" });
  });

  it("runs the calls that have no outcome, also those that were started when the process was lost", () => {
    const asked = model([
      { id: "a", name: "t", input: {} },
      { id: "b", name: "t", input: {} },
      { id: "c", name: "t", input: {} },
    ]);
    const move = decide([asked, tool("a"), tool("b", "started")], limits, turn, 0);
    expect(move).toMatchObject({ do: "tools", pending: [{ id: "b" }, { id: "c" }] });
  });

  it("goes back to the model when every call has an outcome, whichever it is", () => {
    const asked = model([
      { id: "a", name: "t", input: {} },
      { id: "b", name: "t", input: {} },
    ]);
    expect(decide([asked, tool("a", "failed"), tool("b", "unknown")], limits, turn, 0)).toEqual({ do: "model" });
  });

  it.each([
    ["steps", Array.from({ length: limits.maxSteps }, () => model([], "failed")), turn, 0],
    ["tokens", [], { activeSince: 0, tokens: limits.maxTurnTokens }, 0],
    ["time", [], turn, limits.maxTurnMs + 1],
    ["loop", Array.from({ length: 4 }, (_, n) => tool(`x${n}`)), turn, 0],
  ] as const)("stops at the limit of %s", (reason, steps, at, now) => {
    expect(decide(steps, limits, at, now)).toEqual({ do: "stop", reason });
  });

  it("finishes what was asked for before it looks at the limits, so that no effect is left half journaled", () => {
    const asked = model([{ id: "a", name: "t", input: {} }]);
    expect(decide([asked, tool("a", "started")], limits, turn, limits.maxTurnMs * 2)).toMatchObject({ do: "tools" });
  });
});

describe("repeats and failedAttempts", () => {
  it("counts the busiest pair of tool and arguments", () => {
    expect(repeats([tool("a", "done", { x: 1 }), tool("b", "done", { x: 2 }), tool("c", "done", { x: 1 })])).toBe(2);
  });

  it("counts failures of one model since the last move that worked", () => {
    const steps = [
      model([], "failed"),
      model([]),
      model([], "failed"),
      model([], "failed"),
      model([], "failed", "other"),
    ];
    expect(failedAttempts(steps, { provider: "p", model: "m" })).toBe(2);
    expect(failedAttempts(steps, { provider: "p", model: "other" })).toBe(1);
  });
});
