import { fileURLToPath } from "node:url";
import { createTestHarness } from "wrangler";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const harness = createTestHarness({
  root: fileURLToPath(new URL("..", import.meta.url).href),
  workers: [
    { configPath: "e2e/emulators/wrangler.toml" },
    { configPath: "emulators/ai/wrangler.toml" },
    { configPath: "emulators/vectorize/wrangler.toml" },
  ],
});

beforeAll(async () => {
  await harness.listen();
});
afterAll(() => harness.close());

async function act(body: Record<string, string>): Promise<unknown> {
  const response = await harness.fetch("/", { method: "POST", body: JSON.stringify(body) });
  return response.json();
}

const openingHours = "We open from 9:00 to 18:00.";

describe.each([
  { sdk: "workers-ai-provider", wire: "native" },
  { sdk: "workers-ai-provider", wire: "openai" },
  { sdk: "createAI", wire: "native" },
  { sdk: "createAI", wire: "openai" },
])("the model stand-in through $sdk, $wire answers", (by) => {
  it("answers from the instructions and counts tokens", async () => {
    expect(await act({ ...by, act: "generate", prompt: "When do you open?" })).toMatchObject({
      text: openingHours,
      finishReason: "stop",
      usage: { inputTokens: expect.any(Number), outputTokens: Math.ceil(openingHours.length / 4) },
    });
  });

  it("streams the same answer in pieces", async () => {
    const result = await act({ ...by, act: "stream", prompt: "When do you open?" });
    expect(result).toMatchObject({ finishReason: "stop", usage: { outputTokens: Math.ceil(openingHours.length / 4) } });
    const { chunks } = result as { chunks: string[] };
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.join("")).toBe(openingHours);
  });

  it.each(["tools", "streamTools"])("calls several tools at once and reports their results (%s)", async (mode) => {
    expect(await act({ ...by, act: mode, prompt: "What is 12*7 and what is the status of order A-1001?" })).toEqual({
      text: expect.stringMatching(/12\*7 = 84\.[\s\S]*status: shipped/),
      calls: [
        [
          ["calculator", { expression: "12*7" }],
          ["order_status", { orderId: "A-1001" }],
        ],
        [],
      ],
    });
  });

  it("fills a schema from the text", async () => {
    const prompt = "My name is Ada, I am 36 and I want to return my shoes";
    expect(await act({ ...by, act: "object", prompt })).toEqual({ name: "Ada", age: 36, topic: "returns" });
  });

  it("stops at the token limit and says so", async () => {
    expect(await act({ ...by, act: "cut", prompt: "When do you open?" })).toEqual({
      text: openingHours.slice(0, 8),
      finishReason: "length",
    });
  });
});

describe("the other model tasks through workers-ai-provider", () => {
  it("embeds related texts closer than unrelated ones", async () => {
    const result = (await act({ act: "embed" })) as { dimensions: number; right: number; wrong: number };
    expect(result.dimensions).toBe(1024);
    expect(result.right).toBeGreaterThan(result.wrong + 0.1);
  });

  it("reranks the passage that answers to the top", async () => {
    expect(await act({ act: "rerank" })).toMatchObject({ 0: 1, length: 3 });
  });

  it("hears what it spoke itself", async () => {
    expect(await act({ act: "sound" })).toEqual({ whisper: "Buenos días, Ana", nova: "Buenos días, Ana" });
  });

  it("draws a PNG", async () => {
    expect(await act({ act: "image" })).toEqual({ begins: [0x89, 0x50, 0x4e, 0x47], mediaType: "image/png" });
  });

  it("refuses a model that does not exist with the service's code", async () => {
    expect(await act({ act: "unknownModel", prompt: "hello" })).toMatchObject({
      error: { message: "5007: No such model @cf/nobody/nothing or task" },
    });
  });
});

describe("the vector index stand-in", () => {
  it("ranks, filters, keeps namespaces apart, keeps the first insert and refuses what the service refuses", async () => {
    expect(await act({ act: "vectors" })).toEqual({
      first: [
        { id: "t0", score: expect.any(Number), namespace: "a", metadata: { text: "We open from nine to six", at: 0 } },
      ],
      filtered: ["t1", "t2"],
      byId: ["b0"],
      kept: [["t0", { text: "We open from nine to six", at: 0 }]],
      count: 3,
      tooMany:
        "VECTOR_QUERY_ERROR (code = 40025): with returnValues=true or returnMetadata=all, max top K is 50, but got 51",
      short: "VECTOR_QUERY_ERROR (code = 40006): invalid query vector, expected 1024 dimensions, and got 2 dimensions",
      longId: "VECTOR_UPSERT_ERROR (code = 40008): id too long; max is 64 bytes, got 65 bytes",
    });
  });

  it("shows a mutation only when its delay is over, and says which one it has reached", async () => {
    expect(await act({ act: "eventual" })).toEqual({ before: 0, after: 1 });
  });

  it("finds the nearest of ten thousand vectors", async () => {
    const result = (await act({ act: "load" })) as { best: string; queryMs: number };
    expect(result.best).toBe("n4320");
    expect(result.queryMs).toBeLessThan(2_000);
  });
});
