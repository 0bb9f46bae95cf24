import { describe, expect, it } from "vitest";
import { toBase64 } from "./bytes.ts";
import { findModel, listModels } from "./catalog.ts";
import { serve } from "./http.ts";
import { inspect } from "./picture.ts";
import { drawPattern } from "./png.ts";
import { listen, speak } from "./sound.ts";
import { eventStream } from "./sse.ts";
import { runTask } from "./tasks.ts";

const post = (path: string, body: object) =>
  serve(new Request(`https://ai.example${path}`, { method: "POST", body: JSON.stringify(body) }), {});
const native = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const hello = { messages: [{ role: "user", content: "Hello" }] };

describe("wire shapes", () => {
  it("answers natively or in the OpenAI shape, by family", async () => {
    expect(await runTask(findModel(native), hello, {})).toMatchObject({
      response: "Hello! How can I help you?",
      finish_reason: "stop",
      usage: { completion_tokens: 7 },
    });
    expect(await runTask(findModel("@cf/zai-org/glm-4.7-flash"), hello, {})).toMatchObject({
      choices: [{ message: { role: "assistant", content: "Hello! How can I help you?" }, finish_reason: "stop" }],
    });
  });

  it("streams events and ends with the closing mark", async () => {
    const output = await runTask(findModel(native), { ...hello, stream: true }, {});
    const text = await new Response(output instanceof ReadableStream ? output : null).text();
    const events = text.trim().split("\n\n");
    expect(events[0]).toBe('data: {"response":"Hello!","p":"abcdef"}');
    expect(events.at(-2)).toContain('"usage"');
    expect(events.at(-1)).toBe("data: [DONE]");
  });

  it("produces nothing more for a reader that went away", async () => {
    const reader = eventStream([{ n: 1 }, { n: 2 }]).getReader();
    await reader.read();
    await reader.cancel();
    expect((await reader.read()).done).toBe(true);
  });

  it("gives embeddings with their shape and limits the batch", async () => {
    const bge = findModel("@cf/baai/bge-m3");
    expect(await runTask(bge, { text: "hola" }, {})).toMatchObject({ shape: [1, 1024], data: [{ length: 1024 }] });
    await expect(runTask(bge, { text: Array.from({ length: 101 }, () => "x") }, {})).rejects.toThrow(/^5006: /);
  });
});

describe("sound", () => {
  it("comes back as the words it was made from", () => {
    expect(listen(speak("Buenos días, Ana"))).toEqual({
      text: "Buenos días, Ana",
      understood: true,
      seconds: expect.closeTo(1, 0),
    });
  });

  it("that was not made here is not understood, and said so", async () => {
    const heard = listen(new Uint8Array(6000));
    expect(heard).toMatchObject({ understood: false, seconds: 2 });
    const nova = await runTask(
      findModel("@cf/deepgram/nova-3"),
      { audio: { body: toBase64(new Uint8Array(6000)), contentType: "audio/ogg" } },
      {},
    );
    expect(nova).toMatchObject({
      results: { channels: [{ alternatives: [{ transcript: heard.text, confidence: 0 }] }] },
    });
  });
});

describe("pictures", () => {
  it("are real and depend on the prompt", async () => {
    const shoe = await drawPattern("a shoe");
    expect(inspect(shoe)).toEqual({ format: "PNG", bytes: shoe.length, width: 256, height: 256 });
    expect(await drawPattern("a shoe")).toEqual(shoe);
    expect(await drawPattern("a boot")).not.toEqual(shoe);
  });
});

describe("over HTTP", () => {
  it("serves run, chat completions and embeddings behind any gateway prefix", async () => {
    expect(await (await post(`/v1/acc/gw/workers-ai/${native}`, hello)).json()).toMatchObject({
      success: true,
      result: { response: "Hello! How can I help you?" },
    });
    expect(await (await post("/v1/chat/completions", { ...hello, model: native })).json()).toMatchObject({
      object: "chat.completion",
      model: native,
    });
    expect(await (await post("/v1/embeddings", { model: "@cf/baai/bge-m3", input: ["a", "b"] })).json()).toMatchObject({
      data: [{ index: 0 }, { index: 1 }],
    });
  });

  it("answers errors with the service's codes", async () => {
    const unknown = await post("/run/@cf/nobody/nothing", hello);
    expect([unknown.status, await unknown.json()]).toMatchObject([400, { internalCode: 5007, success: false }]);
    expect((await post("/elsewhere", {})).status).toBe(404);
  });

  it("lists every model as a demo model", () => {
    const all = listModels({ per_page: 100 });
    expect(all.length).toBeGreaterThan(20);
    expect(all.every((model) => model.tags.includes("demo"))).toBe(true);
    expect(listModels({ search: "bge-m3" }).map((model) => model.name)).toEqual(["@cf/baai/bge-m3"]);
  });
});
