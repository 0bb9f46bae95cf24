import { knownModels, MODELS_DATE } from "@charla/domain/known-models";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type TestPlatform, type TestPlatforms, startPlatforms } from "../../test/platform.ts";
import { createProvider } from "../providers/create.ts";
import { listModels } from "./list.ts";
import { ModelOut } from "./schemas.ts";

// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let platforms: TestPlatforms;
let platform: TestPlatform;
beforeAll(async () => {
  platforms = await startPlatforms(2);
  platform = await platforms.next();
});
afterAll(() => platforms.stop());

it("the models of a tenant are the platform's and those of its own providers, with what each can do and costs", async () => {
  const ctx = await platform.tenant("shop");
  const bare = await listModels(ctx);
  expect(bare.every(({ provider }) => provider === "workers-ai")).toBe(true);
  expect(bare.map(({ model }) => model)).toEqual(
    expect.arrayContaining(knownModels["workers-ai"].map(({ model }) => model)),
  );
  expect(bare.find(({ task }) => task === "transcribe")).toMatchObject({ price: { per: "minute" }, tools: null });

  const key = { apiKey: "sk-test-0123456789", name: "Own" };
  const vendor = await createProvider(ctx, { ...key, kind: "openai", prices: { "gpt-4o": { input: 9, output: 10 } } });
  const prices = { "llama-local": { input: 1, output: 2 }, "*": { input: 3, output: 4 } };
  const server = await createProvider(ctx, {
    ...key,
    kind: "openai-compatible",
    baseUrl: "https://models.example.com/v1",
    prices,
  });
  const models = await listModels(ctx);
  for (const model of models) expect(ModelOut.parse(model)).toEqual(model);
  const at = (provider: string, model: string) =>
    models.find((one) => one.provider === provider && one.model === model);
  expect(at(vendor.id, "gpt-4o-mini")).toMatchObject({
    kind: "openai",
    tools: true,
    vision: true,
    contextTokens: 128_000,
    maxOutputTokens: 16_384,
    price: { input: 0.15, output: 0.6 },
    priceFrom: "vendor",
    priceDate: MODELS_DATE,
  });
  expect(at(vendor.id, "gpt-4o")).toMatchObject({
    price: { input: 9, output: 10 },
    priceFrom: "provider",
    priceDate: null,
  });
  expect(at(server.id, "llama-local")).toMatchObject({
    tools: null,
    contextTokens: null,
    price: { input: 1, output: 2 },
  });
  expect(models.some(({ model }) => model === "*")).toBe(false);

  const neighbour = await platform.tenant("neighbour");
  expect(await listModels(neighbour)).toEqual(bare);
});
