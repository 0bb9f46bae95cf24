import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  type Behaviour,
  callTools,
  echo,
  fails,
  garbage,
  inTurn,
  say,
  type Script,
  tooMany,
} from "@charla/testkit/model/behaviour";
import { listAt } from "@charla/testkit/charla/api";
import { toolConfigs } from "@charla/testkit/fault/tool-configs";
import { until } from "@charla/testkit/poll";

import { System } from "../system.ts";

type Row = Record<string, unknown>;
const APOLOGY = "Lo siento de verdad";
const texts = { apology: APOLOGY };
/** Short patience, so that a test sees the end of it; long enough for a busy machine to answer within it. */
const limits = { modelTimeoutMs: 2_000 };

let system: System;
beforeAll(async () => {
  system = await System.start();
});
afterAll(async () => {
  expect([...system.model.problems, ...system.tools.problems, ...system.integrator.problems]).toEqual([]);
  await system.stop();
});

test("13: after a 429 with Retry-After 3 the model is left alone for three seconds", async () => {
  const thread = await system.thread(inTurn(tooMany(3), echo()));
  await thread.say(1);
  expect((await thread.replyTo(1)).payload.text).toContain("seen 1");
  const [first, second, ...more] = thread.calls();
  expect((second?.at ?? 0) - (first?.endedAt ?? 0)).toBeGreaterThanOrEqual(2_950);
  expect(more).toEqual([]);
});

test("14: a model that fails gives way to the fall-back", async () => {
  system.model.script("spare", echo());
  const thread = await system.thread(() => fails(500), {
    fallbackModel: system.modelRef("spare"),
    limits: { modelAttempts: 2 },
  });
  await thread.say(1);
  expect((await thread.replyTo(1)).payload).toMatchObject({ author: "ai" });
  expect(thread.calls()).toHaveLength(2);
});

test("14: without a fall-back that works there is one apology and a person is asked for", async () => {
  const thread = await system.thread(() => fails(500), { texts, limits: { modelAttempts: 2 } });
  await thread.say(1);
  expect((await thread.replyTo(1)).payload).toMatchObject({ text: APOLOGY, author: "system" });
  expect(thread.calls()).toHaveLength(2);
  await until("the conversation asks for a person", async () => (await thread.conversation())["handover"] === true);
  const { api } = thread.account.tenant;
  const conversationId = await thread.conversationId();
  const isOurs = (letter: Row): boolean => letter["conversationId"] === conversationId && letter["kind"] === "turn";
  const letter = await until("it is a dead letter", async () =>
    (listAt(await api.get("/v1/dead-letters?state=open&limit=100"), "data") as Row[]).find(isOurs),
  );
  system.model.script(thread.model, echo());
  await api.post(`/v1/dead-letters/${String(letter["id"])}/replay`, {});
  await until("the question is answered after all", () =>
    thread.replies().some(({ payload }) => payload.author === "ai"),
  );
});

test("14: four failures and then an answer, within the tries that are allowed", async () => {
  const thread = await system.thread(inTurn(fails(500), fails(503), fails(500), fails(502), echo()), {
    limits: { modelAttempts: 5 },
  });
  await thread.say(1);
  expect((await thread.replyTo(1, 30_000)).payload.author).toBe("ai");
  expect(thread.calls()).toHaveLength(5);
});

describe.each([
  ["an operator looks on, so the answer is streamed", true],
  ["nobody looks on", false],
])("%s", (_who, watched) => {
  test.each<[string, Behaviour]>([
    ["15: never answers", { stall: "before" }],
    ["16: falls silent in the middle", { text: "uno dos tres cuatro", stall: "middle" }],
    ["17: breaks off in the middle", { text: "media frase sin final", cut: { at: "middle", how: "reset" } }],
    ["18: answers garbage", garbage()],
    ["19: answers nothing", say("")],
    ["19: answers only white space", say(" \n\t ")],
  ])("%s: the call is made again and only the whole answer is sent", async (_what, behaviour) => {
    const thread = await system.thread(inTurn(echo(), behaviour, echo()), { limits });
    await thread.say(1);
    await thread.replyTo(1);
    const watch = watched ? await thread.watch() : undefined;
    await thread.say(2);
    const reply = await thread.replyTo(2, 20_000);
    watch?.close();
    expect(reply.payload.text).toContain("(seen 2)");
    expect(thread.replies()).toHaveLength(2);
    expect(thread.calls()).toHaveLength(3);
    expect(thread.calls().map((call) => call.stream)).toEqual([false, watched, watched]);
  });
});

test("15: a model that never answers is given up after its tries", async () => {
  const thread = await system.thread(() => ({ stall: "before" }), { limits, texts });
  await thread.say(1);
  expect((await thread.replyTo(1, 20_000)).payload.text).toBe(APOLOGY);
  // Asked again twice at most, though other failures are allowed more tries.
  expect(thread.calls()).toHaveLength(3);
});

test("17: a stream without an end is not taken for an answer", async () => {
  const cut: Behaviour = { text: "media frase sin final", cut: { at: "middle", how: "finish" } };
  const thread = await system.thread(inTurn(echo(), cut, echo()), { limits });
  await thread.say(1);
  await thread.replyTo(1);
  const watch = await thread.watch();
  await thread.say(2);
  expect((await thread.replyTo(2)).payload.text).toContain("(seen 2)");
  watch.close();
  expect(thread.replies()).toHaveLength(2);
});

/** Asks for something once, and shows in its answer what it was told. */
const toldAfter =
  (ask: Behaviour): Script =>
  (call) =>
    call.toolResultsOfTurn().length === 0
      ? ask
      : say(
          `told: ${call
            .toolResultsOfTurn()
            .map((result) => result.text)
            .join(" | ")}`,
        );

test.each<[string, Behaviour, string[]]>([
  ["arguments that are no JSON", callTools({ name: "look_up", args: '{"ref": ' }), ["INVALID_INPUT"]],
  ["arguments that do not fit", callTools({ name: "look_up", args: { nonsense: true } }), ["INVALID"]],
  ["a tool that does not exist", callTools({ name: "launch_rocket", args: {} }), ["UNKNOWN_TOOL"]],
])("18: %s are told to the model, and the turn ends well", async (_what, ask, told) => {
  const thread = await system.thread(toldAfter(ask), { tools: toolConfigs(system.tools.url) });
  await thread.say(1);
  const { payload } = await thread.replyTo(1);
  for (const word of told) expect(payload.text).toContain(word);
  expect(thread.calls()).toHaveLength(2);
});

test("18: two calls under one id are two calls", async () => {
  const calls = ["a", "b"].map((ref) => ({ id: "same", name: "look_up", args: { ref: `dup-${ref}` } }));
  const thread = await system.thread(toldAfter(callTools(...calls)), { tools: toolConfigs(system.tools.url) });
  await thread.say(1);
  const { payload } = await thread.replyTo(1);
  expect(payload.text).toContain("value of dup-a");
  expect(payload.text).toContain("value of dup-b");
});

test("18: forty calls at once run eight at a time, and no more than the turn's steps allow", async () => {
  const calls = Array.from({ length: 40 }, (_, index) => ({ name: "look_up", args: { ref: `forty-${index}` } }));
  const open: number[] = [];
  system.tools.script("forty-", () => {
    open.push(system.tools.open());
    return { delayMs: 50 };
  });
  const thread = await system.thread(toldAfter(callTools(...calls)), { tools: toolConfigs(system.tools.url), texts });
  await thread.say(1);
  await thread.replyTo(1, 30_000);
  expect(thread.replies()).toHaveLength(1);
  expect(open.length).toBeGreaterThan(8);
  expect(open.length).toBeLessThanOrEqual(25);
  expect(Math.max(...open)).toBeLessThanOrEqual(8);
});

test("19: two megabytes of text are cut to what the channel carries", async () => {
  const thread = await system.thread(() => say("palabra ".repeat(262_144)));
  await thread.say(1);
  await thread.replyTo(1, 20_000);
  await until(
    "all bubbles are here",
    () => thread.replies().length > 0 && thread.callbacks().every(({ outcome }) => outcome === 200),
  );
  const sizes = thread.replies().map(({ payload }) => payload.text.length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(16_000);
  expect(sizes.length).toBeLessThanOrEqual(6);
});

test("19: an answer of tokens of one character is whole", async () => {
  const thread = await system.thread(echo({ chunk: "characters" }));
  await thread.say(1);
  await thread.replyTo(1);
  const watch = await thread.watch();
  await thread.say(2);
  expect((await thread.replyTo(2)).payload.text).toBe(`re: m:${thread.name}-2 (seen 2)`);
  watch.close();
});

test.each<[string, unknown]>([
  ["missing", null],
  ["negative", { prompt_tokens: -5, completion_tokens: -7, total_tokens: -12 }],
  ["absurd", { prompt_tokens: 1e12, completion_tokens: 1e12, total_tokens: 2e12 }],
])("20: usage that is %s is estimated, and the turn goes on", async (_what, usage) => {
  const thread = await system.thread(echo({ usage }));
  await thread.say(1);
  await thread.replyTo(1);
  const [turn] = await until("the turn is projected", async () => {
    const turns = await thread.turns();
    return turns.length > 0 && turns;
  });
  const { input, output } = (turn?.["usage"] ?? { input: 0, output: 0 }) as { input: number; output: number };
  expect(input).toBeGreaterThan(0);
  expect(input + output).toBeLessThan(10_000);
});

test("22: a model that calls the same tool for ever is stopped", async () => {
  const thread = await system.thread(() => callTools({ name: "look_up", args: { ref: "loop" } }), {
    tools: toolConfigs(system.tools.url),
    texts,
  });
  await thread.say(1);
  expect((await thread.replyTo(1, 20_000)).payload.text).toBe(APOLOGY);
  expect(system.tools.requests.filter(({ ref }) => ref === "loop").length).toBeLessThanOrEqual(3);
  expect(thread.calls().length).toBeLessThanOrEqual(25);
});
