import { VIEWER_HEADER, type Viewer } from "@charla/domain/rpc";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const PATIENCE = { timeout: 10_000, interval: 20 };

/** As the service does it: the object ends with the call, and the second one finds that it is done. */
async function erase(world: World, before: number): Promise<string> {
  const args = { tenantId: world.tenantId };
  const begunAs = (await world.stub.begunAs(args)) ?? "";
  for (let tries = 0; tries < 2; tries++) await world.stub.erase({ ...args, begunAs, before }).catch(() => undefined);
  return begunAs;
}

const stored = (world: World): Promise<{ tables: string[]; keys: string[]; alarm: number | null }> =>
  runInDurableObject(world.stub, async (_, { storage }) => ({
    tables: storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_schema WHERE name = 'log'")
      .toArray()
      .map(({ name }) => name),
    keys: [...storage.kv.list()].map(([key]) => key),
    alarm: await storage.getAlarm(),
  }));

describe("an object whose contact is erased", () => {
  it("holds nothing of it any more, stops what runs, and lets the sockets go", async () => {
    const world = await World.start();
    await world.say("e1", "Me llamo Ana, ¿abrís hoy?");
    await vi.waitFor(() => expect(world.callbacks).toHaveLength(1), PATIENCE);
    const viewer: Viewer = {
      role: "visitor",
      tenantId: world.tenantId,
      channelId: world.channelId,
      channelKind: "webchat",
      agentId: world.agentId,
      agentName: "Ada",
      thread: world.thread,
      contact: { address: world.thread },
      afterSeq: 0,
      demo: false,
    };
    const upgrade = { headers: { upgrade: "websocket", [VIEWER_HEADER]: JSON.stringify(viewer) } };
    const { webSocket } = await world.stub.fetch("https://object/socket", upgrade);
    let closed = false;
    webSocket?.accept();
    webSocket?.addEventListener("close", () => (closed = true));
    // A turn that would go on for ever.
    world.respond = () => ({ text: "Un momento", stalls: true });
    await world.say("e2", "¿Y mañana?");
    await vi.waitFor(() => expect(world.modelCalls).toHaveLength(2), PATIENCE);
    await erase(world, Date.now());
    await vi.waitFor(() => expect(closed).toBe(true), PATIENCE);
    expect(await stored(world)).toEqual({ tables: [], keys: ["erased"], alarm: null });
    expect(await world.stub.begunAs({ tenantId: world.tenantId })).toBeNull();
    const { tenantId } = world;
    const refusal = await world.refused((object) => object.view({ tenantId, afterSeq: 0, limit: 9 }));
    expect(refusal).toMatchObject({ code: "NOT_FOUND" });
    expect(world.callbacks).toHaveLength(1);
  });

  it("does not take again what was said before, and begins anew with what is said after", async () => {
    const world = await World.start();
    await world.say("e1", "Me llamo Ana");
    await vi.waitFor(() => expect(world.callbacks).toHaveLength(1), PATIENCE);
    const said = Date.now();
    const before = said + 2000;
    const old = await erase(world, before);
    expect(await world.say("e1", "Me llamo Ana", said)).toMatchObject({ accepted: 0 });
    expect(await world.stub.begunAs({ tenantId: world.tenantId })).toBeNull();
    world.respond = (request) => ({ text: `seen: ${request.messages.filter(({ role }) => role === "user").length}` });
    await world.say("e3", "Hola, ¿cómo me llamo?", before);
    await vi.waitFor(() => expect(world.callbacks.at(-1)?.text).toBe("seen: 1"), PATIENCE);
    const fresh = await world.stub.begunAs({ tenantId: world.tenantId });
    expect(fresh).not.toBe(old);
    // Somebody goes on with the erasure: what was begun since is not meant.
    await world.stub.erase({ tenantId: world.tenantId, begunAs: old, before });
    expect(await world.stub.begunAs({ tenantId: world.tenantId })).toBe(fresh);
  });

  it("is nobody else's business", async () => {
    const world = await World.start();
    await world.say("e1", "hola");
    const begunAs = (await world.stub.begunAs({ tenantId: world.tenantId })) ?? "";
    const foreign = { tenantId: "ten_other", begunAs, before: Date.now() };
    expect(await world.refused((object) => object.erase(foreign))).toMatchObject({ code: "NOT_FOUND" });
    expect(await world.refused((object) => object.begunAs(foreign))).toMatchObject({ code: "NOT_FOUND" });
    expect(await world.stub.begunAs({ tenantId: world.tenantId })).toBe(begunAs);
  });
});
