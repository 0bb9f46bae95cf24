import { TurnLimits } from "@charla/domain/release";
import { estimateTokens } from "@charla/models/tokens";
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Conversation } from "../src/conversation.ts";
import { World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

type Asked = { messages: { role: string; content: string }[]; max_tokens: number };

const model = { provider: "workers-ai", model: "@cf/meta/llama-3.3-70b-instruct-fp8-fast" };
const CONTEXT = 24_000;

/** The platform's model, which refuses what it cannot hold. */
function platformModel(): Asked[] {
  const asked: Asked[] = [];
  vi.spyOn(env.AI, "run").mockImplementation((_model: string, inputs: unknown) => {
    const request = inputs as Asked;
    const tokens = request.messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
    if (tokens + request.max_tokens > CONTEXT) return Promise.reject(new Error("5021: context window exceeded"));
    asked.push(request);
    return Promise.resolve({
      response: `answer ${asked.length}`,
      usage: { prompt_tokens: tokens, completion_tokens: 3 },
    });
  });
  return asked;
}

const long = (n: number, words: number): string => `message ${n}: ${"palabra ".repeat(words)}end ${n}`;

describe("a prompt", () => {
  it("holds as much history as the model does, whatever the agent allows", async () => {
    const asked = platformModel();
    const world = await World.start({ model, limits: TurnLimits.parse({ historyTokens: 200_000 }) });
    for (let n = 1; n <= 12; n++) {
      await world.say(`m${n}`, `${long(n, 1500)}?`);
      await world.rest();
    }
    expect(world.callbacks.map(({ text }) => text)).toEqual(asked.map((_, n) => `answer ${n + 1}`));
    const last = JSON.stringify(asked.at(-1)?.messages);
    expect(last).toContain("end 12");
    expect(last).toContain("end 11");
    expect(last).not.toContain("message 1:");
  });

  it("cuts one message that the model could not hold, says so, and can be shown again", async () => {
    const asked = platformModel();
    const world = await World.start({ model });
    await world.say("m1", `${long(1, 40_000)}?`);
    const turn = (await world.rest()).find((row) => row.kind === "turn");
    expect(turn?.body.outcome).toBe("answered");
    const shown = asked[0]?.messages.at(-1)?.content ?? "";
    expect(shown).toMatch(/^message 1:[^]*characters were left out here[^]*end 1\?$/);
    const rebuilt = await runInDurableObject(world.stub, (object: Conversation) =>
      object.promptOf({ tenantId: world.tenantId, turn: turn?.seq ?? 0, n: 0 }),
    );
    expect(rebuilt.messages).toEqual([{ role: "user", text: shown }]);
  });

  it("leaves the tools that the agent has room as well", async () => {
    const asked = platformModel();
    const inputSchema = { type: "object", description: "palabra ".repeat(8000) };
    const tool = { name: "lookup", kind: "calculator", description: "", inputSchema, effect: "read" as const };
    const world = await World.start({ model, limits: TurnLimits.parse({ historyTokens: 200_000 }) }, [
      { ...tool, timeoutMs: 1000, config: {} },
    ]);
    await world.say("m1", `${long(1, 40_000)}?`);
    await world.rest();
    const words = asked[0]?.messages.reduce((sum, { content }) => sum + estimateTokens(content), 0) ?? 0;
    expect(words).toBeGreaterThan(1000);
    expect(words).toBeLessThan(CONTEXT - 1024 - estimateTokens(JSON.stringify(inputSchema)));
  });
});
