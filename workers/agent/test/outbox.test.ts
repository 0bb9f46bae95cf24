import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { confirmEverything } from "./confirm-everything.ts";
import { World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const outs = async (world: World) => (await world.rows()).filter((row) => row.kind === "out");

describe("the outbox", () => {
  it("sends again under the same id when the receiver failed, and gives it up by no error that time can mend", async () => {
    const world = await World.start();
    world.onCallback = (_callback, tries) => new Response("{}", { status: tries === 0 ? 503 : 200 });
    await world.say("m1", "Are you open today?");
    await world.rest();
    expect(world.callbacks).toHaveLength(2);
    expect(new Set(world.callbacks.map((callback) => callback.id)).size).toBe(1);
  });

  it("waits as long as a throttling receiver asks", async () => {
    const world = await World.start();
    const at: number[] = [];
    world.onCallback = () => {
      at.push(Date.now());
      return at.length === 1
        ? new Response("{}", { status: 429, headers: { "retry-after": "2" } })
        : new Response("{}");
    };
    await world.say("m1", "Are you open today?");
    await world.rest();
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(2000);
  });

  it("makes a refused message a dead letter, goes on with the next, and replays the dead one", async () => {
    const world = await World.start();
    let refuse = true;
    world.onCallback = () => new Response("{}", { status: refuse ? 400 : 200 });
    await world.say("m1", "Are you open today?");
    await world.rest();
    refuse = false;
    await world.say("m2", "And are you open tomorrow?");
    await world.rest();
    const dead = (await outs(world)).find((row) => row.state === "failed");
    expect(dead?.body.error?.class).toBe("invalid");
    expect((await outs(world)).map((row) => row.state)).toEqual(["failed", "sent"]);
    await world.stub.replay({ tenantId: world.tenantId, seq: dead?.seq ?? 0, by: "mem_1" });
    await world.rest();
    expect((await outs(world)).map((row) => row.state)).toEqual(["sent", "sent"]);
  });

  it("moves a message by status callbacks forward only", async () => {
    const world = await World.start();
    await world.say("m1", "Are you open today?");
    await world.rest();
    const [sent] = await outs(world);
    const report = (state: "sent" | "delivered" | "read" | "failed") =>
      world.stub.accept({ ...world.arrival(), statuses: [{ messageId: sent?.body.id ?? "", state, at: Date.now() }] });
    for (const state of ["delivered", "read", "delivered", "sent", "failed"] as const) await report(state);
    expect((await outs(world))[0]?.state).toBe("read");
  });

  it("keeps what status callbacks said before the answer of the send came", async () => {
    const world = await World.start();
    world.onCallback = async ({ id }) => {
      for (const state of ["sent", "read"] as const)
        await world.stub.accept({ ...world.arrival(), statuses: [{ messageId: id, state, at: Date.now() }] });
      return Response.json({ id: "int-1" });
    };
    await world.say("m1", "Are you open today?");
    await world.rest();
    await vi.waitFor(async () => expect((await outs(world))[0]?.body.providerId).toBe("int-1"));
    expect((await outs(world))[0]?.state).toBe("read");
  });

  it("is not woken every few seconds while the tenant is paused with a message unsent", async () => {
    const world = await World.start();
    confirmEverything(world);
    world.onCallback = () => new Response("{}", { status: 503 });
    await world.say("m1", "Are you open today?");
    await vi.waitFor(() => expect(world.callbacks).toHaveLength(1));
    await world.gate.setStatus({ status: "paused" });
    const asleepFor = () =>
      runInDurableObject(world.stub, async (_instance, { storage }) => ((await storage.getAlarm()) ?? 0) - Date.now());
    await vi.waitFor(async () => expect(await asleepFor()).toBeGreaterThan(30_000), { timeout: 12_000, interval: 100 });
    expect((await outs(world))[0]?.state).toBe("queued");
    world.onCallback = () => new Response("{}");
    await world.gate.setStatus({ status: "active" });
    expect((await world.rest()).find((row) => row.kind === "out")?.state).toBe("sent");
  });

  it("ignores a status about a conversation that nobody began", async () => {
    const world = await World.start();
    const status = { messageId: "msg_none", state: "read" as const, at: Date.now() };
    expect(await world.stub.accept({ ...world.arrival(), statuses: [status] })).toMatchObject({ accepted: 0 });
    expect(
      await world.refused((object) => object.view({ tenantId: world.tenantId, afterSeq: 0, limit: 1 })),
    ).toMatchObject({ code: "NOT_FOUND" });
  });

  it("sends what a lost process was about to send, under the same id, without another model call", async () => {
    const world = await World.start();
    let hang = true;
    world.onCallback = () => (hang ? new Promise<Response>(() => {}) : new Response("{}"));
    await world.say("m1", "Are you open today?");
    await vi.waitFor(() => expect(world.callbacks).toHaveLength(1));
    await world.lose();
    hang = false;
    await world.stub.poke({ tenantId: world.tenantId });
    await world.rest();
    expect(new Set(world.callbacks.map((callback) => callback.id)).size).toBe(1);
    expect(world.modelCalls).toHaveLength(1);
  });
});
