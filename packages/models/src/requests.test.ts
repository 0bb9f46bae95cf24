import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { API_KEY, closeStages, fixturesOf, type Kind, staged } from "../test/stage.ts";
import type { ModelRequest } from "./contract.ts";
import { callModel } from "./registry.ts";

afterEach(closeStages);

const parameters = { type: "object", properties: { order_id: { type: "string" } } };
const HISTORY: ModelRequest = {
  ref: { provider: "workers-ai", model: "m-1", temperature: 0.2 },
  system: "You help customers.",
  messages: [
    { role: "user", text: "¿Dónde está A-17?" },
    { role: "assistant", text: "", calls: [{ id: "c1_0", name: "order_status", input: { order_id: "A-17" } }] },
    { role: "tool", callId: "c1_0", name: "order_status", output: { status: "sent" } },
    { role: "assistant", text: "", calls: [{ id: "c2_0", name: "order_status", input: "{broken" }] },
    { role: "tool", callId: "c2_0", name: "order_status", output: "no such order", failed: true },
  ],
  tools: [{ name: "order_status", description: "Status of an order", inputSchema: parameters }],
  maxOutputTokens: 300,
  signal: new AbortController().signal,
  timeouts: { totalMs: 5000, firstTokenMs: 5000, idleMs: 5000 },
};

async function sent(kind: Kind, change: Partial<ModelRequest> = {}): Promise<unknown> {
  const stage = await staged(kind, fixturesOf(kind)("plain"));
  await callModel({ ...HISTORY, ...change }, stage.connection);
  expect(JSON.stringify(stage.seen())).not.toContain("signal");
  return stage.seen();
}

describe.each(["workers-ai", "openai-compatible", "openai"] as const)("the wire of %s", (kind) => {
  it("carries instructions, history with tool results, tools and a limit", async () => {
    const { body } = z
      .object({
        body: z.looseObject({ messages: z.array(z.looseObject({ role: z.string(), content: z.string().nullish() })) }),
      })
      .parse(await sent(kind));
    expect(body).toMatchObject({
      max_tokens: 300,
      temperature: 0.2,
      tools: [{ type: "function", function: { name: "order_status", parameters } }],
    });
    expect(body.messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "tool", "assistant", "tool"]);
    expect(body.messages[2]).toMatchObject({
      tool_calls: [{ id: "c1_0", function: { name: "order_status", arguments: '{"order_id":"A-17"}' } }],
    });
    expect(body.messages[3]).toMatchObject({ tool_call_id: "c1_0", content: '{"status":"sent"}' });
    expect(body.messages[4]).toMatchObject({ tool_calls: [{ function: { arguments: '{"invalid":"{broken"}' } }] });
    expect(body.messages[5]).toMatchObject({ content: "no such order" });
  });
});

it("the wire of google carries them in its own way, the key in a header and not in the address", async () => {
  const seen = await sent("google");
  expect(seen).toMatchObject({
    path: "/v1/models/m-1:generateContent",
    headers: { "x-goog-api-key": API_KEY },
    body: {
      systemInstruction: { parts: [{ text: "You help customers." }] },
      generationConfig: { maxOutputTokens: 300, temperature: 0.2 },
      tools: [{ functionDeclarations: [{ name: "order_status", description: "Status of an order" }] }],
      contents: [
        { role: "user", parts: [{ text: "¿Dónde está A-17?" }] },
        { role: "model", parts: [{ functionCall: { name: "order_status", args: { order_id: "A-17" } } }] },
        { role: "user", parts: [{ functionResponse: { name: "order_status" } }] },
        { role: "model", parts: [{ functionCall: { args: { invalid: "{broken" } } }] },
        { role: "user", parts: [{ functionResponse: { name: "order_status" } }] },
      ],
    },
  });
  expect(JSON.stringify(seen)).toContain("no such order");
});

it("Gemini 3 is not refused for calls whose thoughts were not kept", async () => {
  const ref = { provider: "prv", model: "gemini-3-flash-preview" };
  expect(JSON.stringify(await sent("google", { ref }))).toContain('"thoughtSignature"');
});

it("the wire of anthropic carries them in its own way", async () => {
  expect(await sent("anthropic")).toMatchObject({
    path: "/v1/messages",
    headers: { "x-api-key": API_KEY, "anthropic-version": "2023-06-01" },
    body: {
      max_tokens: 300,
      temperature: 0.2,
      system: [{ type: "text", text: "You help customers." }],
      tools: [{ name: "order_status", description: "Status of an order", input_schema: parameters }],
      messages: [
        { role: "user", content: [{ text: "¿Dónde está A-17?" }] },
        { role: "assistant", content: [{ type: "tool_use", id: "c1_0", input: { order_id: "A-17" } }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "c1_0", content: '{"status":"sent"}' }] },
        { role: "assistant", content: [{ type: "tool_use", id: "c2_0", input: { invalid: "{broken" } }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "c2_0", content: "no such order" }] },
      ],
    },
  });
});

it("OpenAI's reasoning models are given their limit by its other name", async () => {
  const ref = { provider: "prv", model: "gpt-5-mini" };
  expect(await sent("openai", { ref })).toMatchObject({ body: { max_completion_tokens: 300 } });
});

it.each([
  ["openai", { image_url: { url: expect.stringMatching(/^data:image\/png;base64,/) } }],
  ["google", { inlineData: { mimeType: "image/png", data: "iVBORw==" } }],
  ["anthropic", { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw==" } }],
] as const)("%s is shown a picture along with the newest message", async (kind, part) => {
  const files = [{ mime: "image/png", bytes: new Uint8Array([137, 80, 78, 71]) }];
  const messages: ModelRequest["messages"] = [{ role: "user", text: "¿Qué es?" }];
  const { body } = z.object({ body: z.record(z.string(), z.unknown()) }).parse(await sent(kind, { files, messages }));
  const list = body["messages"] ?? body["contents"];
  const [message] = z.array(z.record(z.string(), z.unknown())).parse(list).slice(-1);
  expect(message?.["content"] ?? message?.["parts"]).toContainEqual(expect.objectContaining(part));
});
