import { channelAddresses } from "@charla/db/control/channel-addresses";
import { addressKvKey } from "@charla/domain/channel-record";
import { AgentSettings } from "@charla/domain/release";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { type TestPlatform, type TestPlatforms, startPlatforms } from "../../test/platform.ts";
import { createAgent } from "../agents/create.ts";
import type { Ctx } from "../context.ts";
import { channelAtAddress, claimForChannel } from "./address.ts";
import { createChannel } from "./create.ts";
import type { ChannelKinds } from "./kinds.ts";
import { updateChannel } from "./update.ts";

// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const Config = z.object({ address: z.string() });
const kinds: ChannelKinds = {
  mail: {
    configSchema: Config,
    secretsSchema: z.strictObject({}),
    addresses: (config) => [Config.parse(config).address],
  },
};

let platforms: TestPlatforms;
let test: TestPlatform;
beforeAll(async () => {
  platforms = await startPlatforms(2, 2, 2, 2);
});
beforeEach(async () => {
  test = await platforms.next();
});
afterAll(() => platforms.stop());

async function shop(slug: string): Promise<{ ctx: Ctx; open: (address: string) => ReturnType<typeof createChannel> }> {
  const ctx = await test.tenant(slug);
  const settings = AgentSettings.parse({ name: "Ana", model: { provider: "workers-ai", model: "m" } });
  const { id: agentId } = await createAgent(ctx, { settings });
  return {
    ctx,
    open: (address) => createChannel(ctx, { kind: "mail", name: "Mail", agentId, config: { address } }, kinds),
  };
}
const at = (address: string): Promise<string | null> =>
  channelAtAddress({ config: test.platform.config, control: async () => test.platform.control }, address);

describe("a mail address", () => {
  it("leads to the channel that has it, also where KV does not know or does not answer", async () => {
    const { open } = await shop("one");
    const { id } = await open("hola@tienda.example");
    expect(await at("hola@tienda.example")).toBe(id);
    await test.platform.config.delete(addressKvKey("hola@tienda.example"));
    expect(await at("hola@tienda.example")).toBe(id);
    const down = { ...test.platform.config, get: () => Promise.reject(new Error("down")) };
    expect(
      await channelAtAddress({ config: down, control: async () => test.platform.control }, "hola@tienda.example"),
    ).toBe(id);
    expect(await at("otra@tienda.example")).toBeNull();
  });

  it("of one tenant cannot be taken by another, nor twice by the same", async () => {
    const [one, two] = [await shop("one"), await shop("two")];
    const { id } = await one.open("hola@tienda.example");
    const other = await two.open("dos@tienda.example");
    const said = expect.stringContaining("hola@tienda.example");
    const taken = { code: "CONFLICT", details: { publicMessage: { es: said, en: said } } };
    await expect(two.open("hola@tienda.example")).rejects.toMatchObject(taken);
    await expect(one.open("hola@tienda.example")).rejects.toMatchObject(taken);
    const steal = updateChannel(two.ctx, other.id, { config: { address: "hola@tienda.example" } }, kinds);
    await expect(steal).rejects.toMatchObject(taken);
    expect([await at("hola@tienda.example"), await at("dos@tienda.example")]).toEqual([id, other.id]);
  });

  it("is let go when the channel takes another one, and kept when that fails", async () => {
    const { ctx, open } = await shop("one");
    const { id, version } = await open("vieja@tienda.example");
    const stale = updateChannel(ctx, id, { config: { address: "x@tienda.example" }, ifVersion: version + 1 }, kinds);
    await expect(stale).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
    expect([await at("vieja@tienda.example"), await at("x@tienda.example")]).toEqual([id, null]);
    await updateChannel(ctx, id, { config: { address: "nueva@tienda.example" } }, kinds);
    expect([await at("vieja@tienda.example"), await at("nueva@tienda.example")]).toEqual([null, id]);
    expect(await test.platform.control.orm.select().from(channelAddresses)).toHaveLength(1);
    const again = await open("vieja@tienda.example");
    expect(await at("vieja@tienda.example")).toBe(again.id);
  });
});

it("that was claimed for a channel which never came to be is free again after a minute", async () => {
  const { ctx, open } = await shop("one");
  await claimForChannel(ctx, "chn_never", ["hola@tienda.example"]);
  await expect(open("hola@tienda.example")).rejects.toMatchObject({ code: "CONFLICT" });
  test.advance(61_000);
  const { id } = await open("hola@tienda.example");
  expect(await at("hola@tienda.example")).toBe(id);
});
