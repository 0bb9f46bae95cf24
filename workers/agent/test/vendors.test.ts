import { ProviderRecord, providerKvKey } from "@charla/domain/channel-record";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import anthropic from "../../../packages/models/fixtures/anthropic.json";
import google from "../../../packages/models/fixtures/google.json";
import openai from "../../../packages/models/fixtures/openai.json";
import { World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const answers = { openai, google, anthropic };

/** The world's provider is a vendor by name; its server plays these answers one after the other, the last again and again. */
async function vendorPlays(world: World, kind: keyof typeof answers, played: { status?: number; json: unknown }[]) {
  const key = providerKvKey(world.tenantId, world.providerId);
  const record = ProviderRecord.parse(await env.CONFIG.get(key, "json"));
  await env.CONFIG.put(key, JSON.stringify({ ...record, kind }));
  const sent: Request[] = [];
  world.onModel = (request) => {
    const answer = played[Math.min(sent.push(request) - 1, played.length - 1)];
    const body = JSON.stringify(answer?.json).replaceAll("test-key-9431", "sk-test");
    return new Response(body, {
      status: answer?.status ?? 200,
      headers: { "content-type": "application/json" },
    });
  };
  return sent;
}

describe.each(["openai", "google", "anthropic"] as const)("a turn with a model of %s", (kind) => {
  it("is answered, with what it used and cost in the journal", async () => {
    const world = await World.start();
    const sent = await vendorPlays(world, kind, [answers[kind].plain]);
    await world.say("m1", "¿Dónde está mi pedido?");
    const rows = await world.rest();
    expect(world.callbacks.map(({ text }) => text)).toEqual(["Su pedido sale mañana 🚚"]);
    expect(sent).toHaveLength(1);
    const [step] = rows.flatMap((row) => (row.kind === "step" && row.body.type === "model" ? [row.body] : []));
    expect(step).toMatchObject({ usage: { input: 812, output: 9, cached: 640 }, costMicros: 830 });
  });

  it("whose key is refused goes on to the fall-back at once, and the key stands nowhere", async () => {
    const world = await World.start();
    await world.publish({ fallbackModel: { provider: world.providerId, model: "m-2" } });
    const sent = await vendorPlays(world, kind, [answers[kind].unauthorised, answers[kind].plain]);
    await world.say("m1", "¿Dónde está mi pedido?");
    const rows = await world.rest();
    expect(world.callbacks.map(({ text }) => text)).toEqual(["Su pedido sale mañana 🚚"]);
    expect(sent).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain("sk-test");
  });
});
