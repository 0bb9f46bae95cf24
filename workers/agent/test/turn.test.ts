import { newId } from "@charla/domain/ids";
import type { InboundEvent } from "@charla/domain/inbound";
import { BurstSettings, TurnLimits } from "@charla/domain/release";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Conversation } from "../src/conversation.ts";
import { lastUser, World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const outcomes = (rows: Awaited<ReturnType<World["rest"]>>) =>
  rows.filter((row) => row.kind === "turn").map((row) => row.body.outcome);

describe("a turn", () => {
  it("answers a complete question once, by a callback that names what it replies to", async () => {
    const world = await World.start();
    expect(await world.say("m1", "What time do you open?")).toMatchObject({ accepted: 1, duplicates: 0 });
    const rows = await world.rest();
    expect(world.callbacks).toEqual([
      expect.objectContaining({ text: "echo: What time do you open?", inReplyTo: ["m1"] }),
    ]);
    expect(outcomes(rows)).toEqual(["answered"]);
    expect(rows.map((row) => row.kind)).toEqual(expect.arrayContaining(["in", "turn", "step", "out"]));
  });

  it("takes the same delivery once however often and however late it comes", async () => {
    const world = await World.start();
    await Promise.all(Array.from({ length: 10 }, () => world.say("m1", "Are you there today?", 1_700_000_000_000)));
    await world.rest();
    expect(await world.say("m1", "Are you there today?", 1_700_000_000_000)).toMatchObject({
      accepted: 0,
      duplicates: 1,
    });
    const rows = await world.rest();
    expect(world.callbacks).toHaveLength(1);
    expect(rows.filter((row) => row.kind === "note")).toEqual([]);
  });

  it("keeps the first body when an id comes again with another one, and leaves a note", async () => {
    const world = await World.start();
    await world.say("m1", "Are you open on Monday?");
    await world.say("m1", "Are you open on Sunday?");
    const rows = await world.rest();
    expect(world.callbacks).toHaveLength(1);
    expect(rows.filter((row) => row.kind === "note").map((row) => row.body)).toEqual([
      expect.objectContaining({ what: "inbound.conflict" }),
    ]);
  });

  it("waits for the rest of a burst and answers all of it at once, in the provider's order", async () => {
    const world = await World.start({ burst: { completeMs: 0, fragmentMs: 400, mediaMs: 1000, hardCapMs: 3000 } });
    const now = Date.now();
    await world.say("b", "tengo una duda", now + 1);
    await world.say("a", "hola", now);
    await world.say("c", "sobre", now + 2);
    await world.say("d", "mi bici", now + 3);
    await world.rest();
    expect(world.modelCalls).toHaveLength(1);
    expect(world.callbacks.map((callback) => callback.text)).toEqual(["echo: hola\ntengo una duda\nsobre\nmi bici"]);
    expect(world.callbacks[0]?.inReplyTo.toSorted()).toEqual(["a", "b", "c", "d"]);
  });

  it("lets the channel say how long a burst is waited for", async () => {
    const world = await World.start({ burst: BurstSettings.parse({ fragmentMs: 6000 }) }, [], { fragmentMs: 0 });
    await world.say("m1", "hola");
    await world.rest();
    expect(world.callbacks.map((callback) => callback.text)).toEqual(["echo: hola"]);
  });

  it("abandons an answer that a new message makes stale, and answers both in one", async () => {
    const world = await World.start();
    let aborted = false;
    world.respond = async (request, call, signal) => {
      if (call > 0) return { text: `both: ${lastUser(request)}` };
      await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
      aborted = true;
      throw new DOMException("aborted", "AbortError");
    };
    await world.say("m1", "Do you have the blue one?");
    await vi.waitFor(() => expect(world.modelCalls).toHaveLength(1));
    await world.say("m2", "No wait, do you have the red one?");
    await world.rest();
    expect(aborted).toBe(true);
    expect(world.callbacks.map((callback) => callback.text)).toEqual([
      "both: Do you have the blue one?\nNo wait, do you have the red one?",
    ]);
  });

  it("shows the model what was said before", async () => {
    const world = await World.start();
    await world.say("m1", "My name is Ana, ok?");
    await world.rest();
    await world.say("m2", "What is my name?");
    await world.rest();
    const roles = world.modelCalls[1]?.messages.map((message) => message.role);
    expect(roles).toEqual(["system", "user", "assistant", "user"]);
    expect(JSON.stringify(world.modelCalls[1]?.messages)).toContain("My name is Ana");
  });

  it("can show afterwards what exactly a model call was asked", async () => {
    const world = await World.start();
    await world.say("m1", "My name is Ana, ok?");
    await world.rest();
    await world.say("m2", "What is my name?");
    const turn = (await world.rest()).findLast((row) => row.kind === "turn");
    const args = { tenantId: world.tenantId, turn: turn?.seq ?? 0, n: 0 };
    const prompt = await runInDurableObject(world.stub, (object: Conversation) => object.promptOf(args));
    const asked = world.modelCalls[1]?.messages ?? [];
    expect(prompt.system).toBe(asked[0]?.content);
    expect(prompt.messages).toEqual(asked.slice(1).map(({ role, content }) => ({ role, text: content })));
  });

  it("applies an edit and a deletion that came before their message", async () => {
    const world = await World.start();
    await world.stub.accept(
      world.arrival({
        kind: "edit",
        externalId: "e1",
        at: Date.now(),
        target: "m1",
        text: "What does the red one cost?",
      }),
    );
    await world.say("m1", "What does the blue one cost?");
    await world.rest();
    expect(world.callbacks.map((callback) => callback.text)).toEqual(["echo: What does the red one cost?"]);
  });

  it("does not answer what has been taken back, before or while it is thought about", async () => {
    const world = await World.start();
    const taken = (target: string) =>
      world.stub.accept(world.arrival({ kind: "delete", externalId: `d-${target}`, at: Date.now(), target }));
    await taken("m1");
    await world.say("m1", "What does the blue one cost?");
    await world.rest();
    expect(world.modelCalls).toEqual([]);
    world.respond = () => new Promise(() => {});
    await world.say("m2", "And what does the red one cost?");
    await vi.waitFor(() => expect(world.modelCalls).toHaveLength(1));
    await taken("m2");
    const rows = await world.rest();
    expect(outcomes(rows)).toEqual(["silent", "silent"]);
    expect(world.modelCalls).toHaveLength(1);
    expect(world.callbacks).toEqual([]);
  });

  it("of a channel that was given to another agent is that agent's from the next message on", async () => {
    const world = await World.start();
    await world.say("m1", "Is this the bike shop?");
    await world.rest();
    const other = new World({ ...world.ids, agentId: newId("agent") });
    await other.publish({ name: "Eva", instructions: "You sell boats." });
    await other.say("m2", "What do you sell?");
    await world.rest();
    expect(JSON.stringify(world.modelCalls.at(-1)?.messages)).toContain("You sell boats.");
    expect((await world.rows()).filter((row) => row.kind === "turn").map((row) => row.body.agentId)).toEqual([
      world.agentId,
      other.agentId,
    ]);
  });

  it("answers what cannot be read with words, once", async () => {
    const world = await World.start();
    const odd = (externalId: string) =>
      world.stub.accept(world.arrival({ kind: "unsupported", externalId, at: Date.now(), what: "poll" }));
    await odd("u1");
    await world.rest();
    await odd("u2");
    await world.rest();
    expect(world.callbacks.map((callback) => callback.text)).toEqual([
      "I cannot read this kind of message. Could you write it in words?",
    ]);
  });
});

describe("a long conversation", () => {
  it("keeps the prompt within its budget and folds what drops out of it into a summary", async () => {
    const world = await World.start({ limits: TurnLimits.parse({ historyTokens: 256 }) });
    world.respond = (request) => ({
      text: request.messages[0]?.content?.toString().includes("Summarise") ? "They talked about bikes." : "Noted.",
    });
    for (let n = 0; n < 40; n++) {
      await world.say(`m${n}`, `Is bicycle number ${n} still for sale?`);
      await world.rest();
    }
    await vi.waitFor(
      async () =>
        expect((await world.rows()).some((row) => row.kind === "note" && row.body.type === "summary")).toBe(true),
      { timeout: 5000 },
    );
    await world.say("last", "Which one did I ask about first?");
    const rows = await world.rest();
    const last = world.modelCalls.at(-1);
    expect(String(last?.messages[0]?.content)).toContain("They talked about bikes.");
    expect(JSON.stringify(last?.messages).length).toBeLessThan(4000);
    expect(
      rows.filter((row) => row.kind === "step" && row.body.type === "model" && row.body.purpose === "summary").length,
    ).toBeGreaterThan(0);
  });
});

describe("a model that fails", () => {
  it("is asked again after the time it names", async () => {
    const world = await World.start();
    const at: number[] = [];
    world.respond = (_request, call) => {
      at.push(Date.now());
      return call === 0 ? { status: 429, headers: { "retry-after": "1" } } : { text: "fine" };
    };
    await world.say("m1", "Is anybody there?");
    const rows = await world.rest();
    expect(world.callbacks.map((callback) => callback.text)).toEqual(["fine"]);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(1000);
    expect(rows.filter((row) => row.kind === "step").map((row) => row.state)).toEqual(["failed", "done"]);
  });

  it("gives way to the fall-back at once when its key is refused", async () => {
    const world = await World.start();
    await world.publish({ fallbackModel: { provider: world.providerId, model: "m-2" } });
    world.respond = (request) =>
      (request as { model?: string }).model === "m-1" ? { status: 401 } : { text: "from the second" };
    await world.say("m1", "Is anybody there?");
    await world.rest();
    expect(world.callbacks.map((callback) => callback.text)).toEqual(["from the second"]);
    expect(world.modelCalls).toHaveLength(2);
  });

  it("goes through its fall-backs in their order", async () => {
    const at = (model: string) => ({ provider: world.providerId, model });
    const world = await World.start();
    const limits = TurnLimits.parse({ modelAttempts: 1 });
    await world.publish({ limits, fallbackModel: at("m-2"), fallbackModels: [at("m-3"), at("m-4")] });
    const asked: unknown[] = [];
    world.respond = (request) => {
      const { model } = request as { model?: string };
      asked.push(model);
      return model === "m-4" ? { text: "from the last" } : { status: model === "m-2" ? 401 : 500 };
    };
    await world.say("m1", "Is anybody there?");
    await world.rest();
    expect(asked).toEqual(["m-1", "m-2", "m-3", "m-4"]);
    expect(world.callbacks.map((callback) => callback.text)).toEqual(["from the last"]);
  });

  it("ends in an honest apology, a call for a person and a visible dead letter that can be replayed", async () => {
    const world = await World.start();
    await world.publish({ limits: TurnLimits.parse({ modelAttempts: 2 }) });
    world.respond = () => ({ text: "   " });
    await world.say("m1", "Is anybody there?");
    const rows = await world.rest();
    expect(world.callbacks.map((callback) => callback.text)).toEqual([expect.stringContaining("I am sorry")]);
    const turn = rows.find((row) => row.kind === "turn");
    expect(turn?.state).toBe("failed");
    expect(rows.some((row) => row.kind === "note" && row.body.type === "handover")).toBe(true);
    world.respond = () => ({ text: "better now" });
    await world.stub.replay({ tenantId: world.tenantId, seq: turn?.seq ?? 0, by: "mem_1" });
    await world.rest();
    expect(world.callbacks.at(-1)?.text).toBe("better now");
  });
});

describe("what a turn may cost", () => {
  it("shows the model the newest of what was written at once, and says so, when all of it would be too much", async () => {
    const world = await World.start({ limits: TurnLimits.parse({ historyTokens: 1000 }) });
    const at = Date.now();
    const texts = ["first", "second", "third", "fourth"].map((word, n): InboundEvent => {
      return { kind: "message", externalId: word, at: at + n, text: `${word} ${"word ".repeat(300)}` };
    });
    await world.stub.accept(world.arrival(...texts));
    await world.rest();
    const shown = lastUser(world.modelCalls[0] ?? { messages: [] });
    expect(["first", "second", "third", "fourth"].filter((word) => shown.includes(word))).toEqual(["third", "fourth"]);
    expect(shown).toMatch(/^\[2 earlier messages were left out/);
    expect(world.callbacks.flatMap(({ inReplyTo }) => inReplyTo)).toEqual(["first", "second", "third", "fourth"]);
    const turn = (await world.rows()).find((row) => row.kind === "turn")?.seq ?? 0;
    const rebuilt = await runInDurableObject(world.stub, (object: Conversation) =>
      object.promptOf({ tenantId: world.tenantId, turn, n: 0 }),
    );
    expect(JSON.stringify(rebuilt.messages)).toContain("2 earlier messages were left out");
  });

  it("charges calls that timed out, and not those that were refused", async () => {
    const limits = TurnLimits.parse({ modelAttempts: 2, modelTimeoutMs: 1000 });
    const world = await World.start({ limits });
    world.respond = (_request, call) => (call === 0 ? { status: 500 } : new Promise(() => {}));
    await world.say("m1", "What time do you open?");
    const rows = await world.rest();
    const used = rows.flatMap((row) =>
      row.kind === "step" && row.body.type === "model" ? [row.body.usage.input] : [],
    );
    expect(used).toEqual([0, expect.any(Number)]);
    expect(used[1]).toBeGreaterThan(10);
    expect(rows.find((row) => row.kind === "turn")?.body).toMatchObject({ usage: { input: used[1] } });
  });

  it("charges a call that was broken off for what the provider has seen of it", async () => {
    const world = await World.start();
    world.respond = (_request, call) => (call === 0 ? new Promise(() => {}) : { text: "ok" });
    await world.say("m1", "What time do you open?");
    await vi.waitFor(() => expect(world.modelCalls).toHaveLength(1));
    await world.say("m2", "And on Sundays?");
    const rows = await world.rest();
    const broken = rows.find((row) => row.kind === "step" && row.state === "superseded");
    expect(broken?.body).toMatchObject({ usageEstimated: true, usage: { output: 0 } });
    const steps = rows.flatMap((row) => (row.kind === "step" && row.body.type === "model" ? [row.body] : []));
    const turn = rows.find((row) => row.kind === "turn");
    expect(steps[0]?.usage.input).toBeGreaterThan(10);
    expect(turn?.body).toMatchObject({ usage: { input: steps.reduce((sum, step) => sum + step.usage.input, 0) } });
  });
});
