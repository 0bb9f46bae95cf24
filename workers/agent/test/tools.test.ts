import type { StepRow } from "@charla/domain/log";
import type { ResolvedTool } from "@charla/domain/release";
import { resolveTools } from "@charla/tools/resolve";
import { afterEach, describe, expect, it, vi } from "vitest";
import { World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const calculator: ResolvedTool[] = resolveTools([{ name: "calculator", kind: "calculator", config: {} }]);
const stepsOf = (rows: Awaited<ReturnType<World["rest"]>>) => rows.filter((row): row is StepRow => row.kind === "step");

describe("tools", () => {
  it("runs what the model asks for, journals it, and lets the model phrase the result", async () => {
    const world = await World.start({}, calculator);
    world.respond = (request, call) =>
      call === 0
        ? { calls: [{ name: "calculator", args: { expression: "12.5 * 4" } }] }
        : { text: `It is ${JSON.stringify(request.messages.at(-1)?.content)}` };
    await world.say("m1", "What is 12.5 times 4?");
    const rows = await world.rest();
    expect(stepsOf(rows).map((step) => `${step.body.type} ${step.state}`)).toEqual([
      "model done",
      "tool done",
      "model done",
    ]);
    expect(world.callbacks[0]?.text).toContain("50");
  });

  it("answers the model, not the person, about unknown tools, broken arguments and endless repeats", async () => {
    const world = await World.start({}, calculator);
    const scripts = [
      [{ name: "nothing_like_it", args: {} }],
      [{ name: "calculator", args: { wrong: true } }],
      ...Array.from({ length: 20 }, () => [{ name: "calculator", args: { expression: "1+1" } }]),
    ];
    world.respond = (_request, call) => ({ calls: scripts[call] ?? [] });
    await world.say("m1", "What is 1 plus 1?");
    const rows = await world.rest();
    const codes = stepsOf(rows).flatMap((step) =>
      step.body.type === "tool" && step.body.error ? [step.body.error.code] : [],
    );
    expect(codes[0]).toBe("UNKNOWN_TOOL");
    expect(codes).toContain("REPEATED_CALL");
    expect(rows.find((row) => row.kind === "turn")?.state).toBe("failed");
    expect(world.modelCalls.length).toBeLessThan(10);
    expect(world.callbacks).toHaveLength(1);
  });

  it("never runs more at once than allowed, and stops at the limit of steps", async () => {
    const world = await World.start({}, calculator);
    world.respond = (_request, call) =>
      call === 0
        ? { calls: Array.from({ length: 40 }, (_, n) => ({ name: "calculator", args: { expression: `${n}+1` } })) }
        : { text: "done" };
    await world.say("m1", "What is everything plus 1?");
    const rows = await world.rest();
    const tools = stepsOf(rows).filter((step) => step.body.type === "tool");
    expect(tools).toHaveLength(40);
    expect(tools.filter((step) => step.state === "done").length).toBeLessThanOrEqual(25);
    expect(rows.find((row) => row.kind === "turn")?.state).not.toBe("open");
  });

  it("does not run a finished step again after the process is lost", async () => {
    const world = await World.start({}, calculator);
    let hang = true;
    world.respond = (_request, call) => {
      if (call === 0) return { calls: [{ name: "calculator", args: { expression: "2+2" } }] };
      return hang ? new Promise(() => {}) : { text: "four" };
    };
    await world.say("m1", "What is 2 plus 2?");
    await vi.waitFor(() => expect(world.modelCalls).toHaveLength(2));
    await world.lose();
    hang = false;
    await world.stub.poke({ tenantId: world.tenantId });
    const rows = await world.rest();
    expect(world.modelCalls).toHaveLength(3);
    expect(stepsOf(rows).filter((step) => step.body.type === "tool")).toHaveLength(1);
    expect(world.callbacks.map((callback) => callback.text)).toEqual(["four"]);
    expect(rows.find((row) => row.kind === "turn")?.body).toMatchObject({ resumes: 1 });
  });
});
