import type { NoteRow } from "@charla/domain/log";
import type { ProjectionEvent } from "@charla/domain/projection";
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { PARKED_RECHECK_MS } from "../src/conversation/journal-version.ts";
import { World } from "./world.ts";

/** A build that meets a journal of a version it does not know: nothing is lost, nothing is done, everybody can see it. */
afterEach(() => {
  vi.restoreAllMocks();
});

const OPEN_TURN = "kind = 'turn' AND state = 'open'";
const HEAD = "seq = 0";

/** As if another build had written the row; then this one starts. */
async function written(world: World, where: string, change: "later" | "as today"): Promise<void> {
  const body =
    change === "later"
      ? "json_set(body, '$.v', 9)"
      : where === HEAD
        ? "json_set(body, '$.v', 1)"
        : "json_remove(body, '$.v')";
  await runInDurableObject(world.stub, (_instance, state) => {
    expect(state.storage.sql.exec(`UPDATE log SET body = ${body} WHERE ${where}`).rowsWritten).toBe(1);
  });
  await world.lose();
}

const logOf = (world: World): Promise<unknown[]> =>
  runInDurableObject(world.stub, (_instance, state) => state.storage.sql.exec("SELECT * FROM log").toArray());

const poke = (world: World) => world.stub.poke({ tenantId: world.tenantId });

const told = (world: World): ProjectionEvent[] =>
  vi
    .mocked(env.EVENTS.send)
    .mock.calls.map(([event]) => event as ProjectionEvent)
    .filter(({ tenantId }) => tenantId === world.tenantId);

/** A turn that waits for its model, written down because an earlier life was interrupted. */
async function openTurn(): Promise<{ world: World; answer: () => void }> {
  const world = await World.start();
  let hang = true;
  world.respond = (request) => (hang ? new Promise(() => {}) : { text: `echo of ${request.messages.length}` });
  await world.say("m1", "Are you open today?");
  await vi.waitFor(() => expect(world.modelCalls).toHaveLength(1));
  await world.lose();
  await poke(world);
  await vi.waitFor(() => expect(world.modelCalls).toHaveLength(2));
  return { world, answer: () => (hang = false) };
}

describe("an open turn of an unknown version", () => {
  it("waits: what arrives is kept, no model is asked, nothing is sent, and the lists say why", async () => {
    const { world, answer } = await openTurn();
    await written(world, OPEN_TURN, "later");
    answer();
    const before = await logOf(world);
    expect(await world.say("m2", "And tomorrow?")).toMatchObject({ accepted: 1, duplicates: 0 });
    await poke(world);
    await vi.waitFor(() => expect(told(world).at(-1)?.conversation.parked).toMatch(/turn.*version 9/));
    const view = await world.stub.view({ tenantId: world.tenantId, afterSeq: 0, limit: 10 });
    expect(view.parked).toMatch(/turn.*version 9/);
    expect(await logOf(world)).toEqual(before);
    expect(world.modelCalls).toHaveLength(2);
    expect(world.callbacks).toEqual([]);
  });

  it("looks again by itself, and refuses what would change it", async () => {
    const { world } = await openTurn();
    await written(world, OPEN_TURN, "later");
    await world.say("m2", "And tomorrow?");
    const alarm = await runInDurableObject(world.stub, async (instance, state) => {
      await instance.alarm();
      return state.storage.getAlarm();
    });
    expect(alarm).toBeGreaterThan(Date.now());
    expect(alarm).toBeLessThanOrEqual(Date.now() + PARKED_RECHECK_MS);
    const { tenantId } = world;
    const refused = [
      await world.refused((instance) => instance.takeOver({ tenantId, memberId: "mem_1" })),
      await world.refused((instance) => instance.pauseUntil({ tenantId, until: Date.now() + 1000, by: "mem_1" })),
      await world.refused((instance) => instance.handBack({ tenantId, by: "mem_1" })),
      await world.refused((instance) => instance.sendAsHuman({ tenantId, memberId: "m", text: "hi", clientId: "c" })),
    ];
    expect(refused).toEqual(refused.map(() => expect.objectContaining({ code: "UNAVAILABLE" })));
  });

  it("goes on when the build that knows it is back, with what came meanwhile, once", async () => {
    const { world, answer } = await openTurn();
    await written(world, OPEN_TURN, "later");
    for (let delivery = 0; delivery < 3; delivery++) await world.say("m2", "And tomorrow?");
    await vi.waitFor(() => expect(told(world).at(-1)?.conversation.parked).toBeDefined());
    const parkedAs = told(world).at(-1)?.version ?? 0;
    answer();
    await written(world, OPEN_TURN, "as today");
    await poke(world);
    const rows = await world.rest();
    expect(world.callbacks.flatMap(({ inReplyTo }) => inReplyTo)).toEqual(["m1", "m2"]);
    expect(rows.filter((row) => row.kind === "in").map((row) => row.state)).toEqual(["taken", "taken"]);
    const notes = rows.filter((row): row is NoteRow => row.kind === "note");
    expect(notes.map(({ body }) => body)).toEqual([
      expect.objectContaining({ what: "journal.parked", detail: expect.stringContaining("kept: 3") }),
    ]);
    await vi.waitFor(() => expect(told(world).at(-1)?.conversation.parked).toBeUndefined());
    expect(told(world).at(-1)?.version).toBeGreaterThan(parkedAs);
    expect((await world.stub.view({ tenantId: world.tenantId, afterSeq: 0, limit: 1 })).parked).toBeNull();
  });

  it("is told again until the lists have it, whatever else they confirm", async () => {
    const { world } = await openTurn();
    await written(world, OPEN_TURN, "later");
    await world.say("m2", "And tomorrow?");
    await vi.waitFor(() => expect(told(world).at(-1)?.conversation.parked).toBeDefined());
    const { tenantId } = world;
    const version = told(world).at(-1)?.version ?? 0;
    const timesTold = () => told(world).filter(({ conversation }) => conversation.parked !== undefined).length;
    const later = async () => {
      const start = Date.now();
      vi.spyOn(Date, "now").mockImplementation(() => start + 2 * PARKED_RECHECK_MS);
      await runInDurableObject(world.stub, (instance) => instance.alarm());
      vi.mocked(Date.now).mockRestore();
    };
    await world.stub.projected({ tenantId, version: version - 1 });
    await later();
    await vi.waitFor(() => expect(timesTold()).toBe(2));
    expect(told(world).at(-1)?.version).toBe(version);
    await world.stub.projected({ tenantId, version });
    await later();
    expect(timesTold()).toBe(2);
  });

  it("of a dead letter is not put back to work", async () => {
    const world = await World.start();
    world.respond = () => ({ status: 401 });
    await world.say("m1", "Are you open today?");
    const turn = (await world.rest()).find((row) => row.kind === "turn");
    await written(world, `seq = ${turn?.seq}`, "later");
    const { tenantId } = world;
    const error = await world.refused((instance) => instance.replay({ tenantId, seq: turn?.seq ?? 0, by: "mem_1" }));
    expect(error).toMatchObject({ code: "UNAVAILABLE" });
    expect((await world.stub.view({ tenantId, afterSeq: 0, limit: 1 })).parked).toBeNull();
  });
});

describe("a log of an unknown version", () => {
  it("is neither read nor written: a waiting message stays where it is and new ones stand beside the log", async () => {
    const world = await World.start();
    world.onCallback = () => new Response("{}", { status: 503, headers: { "retry-after": "3600" } });
    await world.say("m1", "Are you open today?");
    await vi.waitFor(async () =>
      expect((await world.rows()).some((row) => row.kind === "out" && row.body.nextAt)).toBe(true),
    );
    await written(world, HEAD, "later");
    world.onCallback = () => new Response("{}");
    const before = await logOf(world);
    await world.say("m2", "And tomorrow?");
    await runInDurableObject(world.stub, (instance) => instance.alarm());
    await vi.waitFor(() => expect(told(world).at(-1)?.conversation.parked).toMatch(/log.*version 9/));
    const { tenantId } = world;
    const unread = await world.refused((instance) => instance.chatMessages({ tenantId, afterSeq: 0, limit: 10 }));
    expect(unread).toMatchObject({ code: "UNAVAILABLE" });
    expect(await logOf(world)).toEqual(before);
    expect(world.callbacks).toHaveLength(1);

    await written(world, HEAD, "as today");
    await poke(world);
    await vi.waitFor(() => expect(world.modelCalls).toHaveLength(2));
    expect(JSON.stringify(world.modelCalls[1]?.messages)).toContain("And tomorrow?");
  });

  it("still belongs to its tenant alone", async () => {
    const world = await World.start();
    await world.say("m1", "Are you open today?");
    await world.rest();
    await written(world, HEAD, "later");
    const error = await world.refused((instance) => instance.poke({ tenantId: "ten_other" }));
    expect(error).toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("the version", () => {
  it("costs nothing while it is the first: no row carries it", async () => {
    const world = await World.start();
    await world.say("m1", "Are you open today?");
    const rows = await world.rest();
    expect(rows.filter((row) => "v" in row.body)).toEqual([]);
    const stored = await runInDurableObject(world.stub, (_instance, state) => [...state.storage.kv.list()]);
    expect(stored).toEqual([]);
  });
});
