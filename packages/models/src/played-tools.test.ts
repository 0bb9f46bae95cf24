import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { closeStages, fixturesOf, type Kind, type Stage, staged, Wire } from "../test/stage.ts";
import type { ModelAnswer, ModelRequest } from "./contract.ts";
import { playTools } from "./played-tools.ts";
import { callModel, providers } from "./registry.ts";

afterEach(closeStages);

const SAID = "Su pedido sale mañana 🚚";
const order = { name: "order_status", arguments: { order_id: "A-17" } };
const sum = { name: "calculator", arguments: { expression: "2*21" } };
const tools = [order, sum].map(({ name }) => ({ name, description: `Does ${name}`, inputSchema: { type: "object" } }));
const request = (change: Partial<ModelRequest> = {}): ModelRequest => ({
  ref: { provider: "workers-ai", model: "@cf/meta/llama-3.2-3b-instruct" },
  system: "You help customers.",
  messages: [{ role: "user", text: "¿Dónde está mi pedido A-17?" }],
  tools,
  maxOutputTokens: 300,
  signal: new AbortController().signal,
  timeouts: { totalMs: 5000, firstTokenMs: 5000, idleMs: 5000 },
  ...change,
});

/** The vendor's own answer with this text in it. */
const saying = (kind: Kind, text: string): Promise<Stage> => {
  const plain = JSON.stringify(fixturesOf(kind)("plain"));
  return staged(kind, Wire.parse(JSON.parse(plain, (_key, value: unknown) => (value === SAID ? text : value))));
};

describe.each(Object.values(providers).map(({ kind }) => kind))("tools played with a model of %s", (kind) => {
  const play = async (text: string, change: Partial<ModelRequest> = {}): Promise<ModelAnswer> => {
    const { connection } = await saying(kind, text);
    const ref = { provider: "prv", model: "m-1" };
    return playTools(request({ ref, ...change }), (asked) => callModel(asked, connection), false);
  };

  it("hands over a plain answer with its usage and cost", async () => {
    const answer = await play(JSON.stringify({ say: SAID }));
    expect(answer).toMatchObject({ text: SAID, calls: [], finish: "stop", usage: { input: 812, output: 9 } });
    expect(answer.costMicros).toBeGreaterThan(0);
  });

  it("reads one call and several in their order", async () => {
    expect(await play(JSON.stringify({ calls: [order] }))).toMatchObject({
      text: "",
      finish: "tool-calls",
      calls: [{ name: "order_status", input: { order_id: "A-17" } }],
    });
    const { calls } = await play(JSON.stringify({ calls: [order, sum] }));
    expect(calls).toMatchObject([{ name: "order_status" }, { name: "calculator", input: { expression: "2*21" } }]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
  });

  it.each([
    ["a fence", `\`\`\`json\n${JSON.stringify({ calls: [order] })}\n\`\`\``],
    ["a sentence", `Claro, lo miro. ${JSON.stringify({ calls: [order] })}`],
  ])("finds a call in %s", async (_what, text) => {
    expect((await play(text)).calls).toMatchObject([{ name: "order_status" }]);
  });

  it.each([
    ["words alone", SAID, SAID],
    ["half an object", '{"say": "Su pe', '{"say": "Su pe'],
    ["no call", '{"calls":[]}', '{"calls":[]}'],
    ["calls of nothing", '{"calls":[7,{"arguments":{}}],"say":"Hola"}', "Hola"],
  ])("takes %s for what is said", async (_what, text, wanted) => {
    expect(await play(text)).toMatchObject({ text: wanted, calls: [], finish: "stop" });
  });

  it("keeps arguments that are no object, and none as an empty one", async () => {
    const odd = { calls: [{ name: "order_status", arguments: "A-17" }, { name: "calculator" }] };
    expect((await play(JSON.stringify(odd))).calls).toMatchObject([{ input: "A-17" }, { input: {} }]);
  });

  it("asks for an object where the answer is to be one", async () => {
    const output = { schema: { type: "object", properties: { intent: { type: "string" } } } };
    expect(JSON.parse((await play('{"say":{"intent":"order"}}', { output })).text)).toEqual({ intent: "order" });
  });
});

describe("a model that calls no tools", () => {
  it("is told of them in words, with what it called and what came of it", async () => {
    const stage = await saying("workers-ai", JSON.stringify({ say: "Mañana." }));
    const messages: ModelRequest["messages"] = [
      { role: "user", text: "¿Dónde está A-17?" },
      { role: "assistant", text: "", calls: [{ id: "c1_0", name: "order_status", input: { order_id: "A-17" } }] },
      { role: "tool", callId: "c1_0", name: "order_status", output: { status: "sent" } },
      { role: "user", text: "¿Y bien?" },
    ];
    expect((await callModel(request({ messages }), stage.connection)).text).toBe("Mañana.");
    const { body } = z
      .object({ body: z.looseObject({ messages: z.array(z.object({ role: z.string(), content: z.string() })) }) })
      .parse(stage.seen());
    expect(body["tools"]).toBeUndefined();
    expect(body.messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
    expect(body.messages[0]?.content).toMatch(/^You help customers\.[^]*"name":"order_status"[^]*"calls"/);
    expect(JSON.parse(body.messages[2]?.content ?? "")).toEqual({ calls: [order] });
    expect(body.messages[3]?.content).toBe('[Result of order_status] {"status":"sent"}\n¿Y bien?');
  });

  it("shows nothing of a call where somebody watches, and an answer at once", async () => {
    const shown: string[] = [];
    const onText = (delta: string): void => void shown.push(delta);
    const speak = async (text: string): Promise<ModelAnswer> => {
      const events = text.match(/.{1,7}/gsu)?.map((response) => ({ response })) ?? [];
      const end = { response: "", finish_reason: "stop", usage: { prompt_tokens: 812, completion_tokens: 9 } };
      const stage = await staged("workers-ai", Wire.parse({ events: [...events, end] }));
      return callModel(request({ onText }), stage.connection);
    };
    expect((await speak(JSON.stringify({ calls: [order] }))).calls).toHaveLength(1);
    expect(shown).toEqual([]);
    expect((await speak(JSON.stringify({ say: "Mañana sale." }))).text).toBe("Mañana sale.");
    expect(shown).toEqual(["Mañana sale."]);
  });
});

describe("an answer by schema", () => {
  const schema = { type: "object", properties: { intent: { type: "string" } }, required: ["intent"] };
  const WANTED = { intent: "order", confidence: 0.9 };

  it.each([
    ["openai", "gpt-4o-mini"],
    ["openai-compatible", "m-1"],
    ["google", "gemini-2.5-flash"],
    ["anthropic", "claude-sonnet-4-5"],
  ] as const)("is demanded of %s by its own means", async (kind, model) => {
    const stage = await staged(kind, fixturesOf(kind)("structured"));
    const ref = { provider: "prv", model };
    const answer = await callModel(request({ ref, tools: [], output: { schema } }), stage.connection);
    expect(JSON.parse(answer.text)).toEqual(WANTED);
    expect(JSON.stringify(stage.seen())).toMatch(/json_schema|responseSchema|responseJsonSchema|json_object/);
  });

  it("does not cost Workers AI its tools: the schema is asked for in words", async () => {
    const ref = { provider: "workers-ai", model: "@cf/meta/llama-3.3-70b-instruct-fp8-fast" };
    const both = await saying("workers-ai", `Aquí está: ${JSON.stringify(WANTED)}`);
    const answer = await callModel(request({ ref, output: { schema } }), both.connection);
    expect(JSON.parse(answer.text)).toEqual(WANTED);
    expect(both.seen()).toMatchObject({ body: { tools: [{}, {}] } });
    expect(JSON.stringify(both.seen())).toContain("of this schema");
    const alone = await saying("workers-ai", JSON.stringify(WANTED));
    await callModel(request({ ref, tools: [], output: { schema } }), alone.connection);
    expect(alone.seen()).toMatchObject({ body: { response_format: { type: "json_schema" } } });
  });
});
