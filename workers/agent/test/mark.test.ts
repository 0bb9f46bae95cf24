import type { InboundEvent } from "@charla/domain/inbound";
import type { ProjectionEvent } from "@charla/domain/projection";
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Log } from "../src/conversation/log.ts";
import { confirmEverything } from "./confirm-everything.ts";
import { World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

type Head = { settledBefore: number };
const MANY = 300;

const flood = (): InboundEvent[] =>
  Array.from({ length: MANY }, (_, n) => ({
    kind: "message",
    externalId: `m${n}`,
    at: Date.now(),
    text: `Are you open on day ${n}?`,
  }));

const headOnDisk = (world: World): Promise<Head> =>
  runInDurableObject(world.stub, (_instance, { storage }) => {
    const { body } = storage.sql.exec<{ body: string }>("SELECT body FROM log WHERE seq = 0").one();
    return JSON.parse(body) as Head;
  });

describe("the mark below which everything is settled", () => {
  it("is on disk soon after a flood, so that the next wake reads next to nothing", async () => {
    const world = await World.start();
    confirmEverything(world);
    await world.stub.accept(world.arrival(...flood()));
    const last = (await world.rest()).at(-1)?.seq ?? 0;
    await vi.waitFor(async () => expect((await headOnDisk(world)).settledBefore).toBeGreaterThan(last), {
      timeout: 12_000,
      interval: 50,
    });
    const reads = [vi.spyOn(Log.prototype, "from"), vi.spyOn(Log.prototype, "open")];
    await world.lose();
    await world.stub.poke({ tenantId: world.tenantId });
    expect(reads.map((read) => read.mock.calls.length)).toEqual([1, 1]);
    expect(reads.flatMap((read) => read.mock.results.flatMap(({ value }) => value as unknown[]))).toEqual([]);
  });

  it("costs an ordinary conversation no write of its own", async () => {
    const world = await World.start();
    confirmEverything(world);
    await world.say("m1", "What time do you open?");
    const last = (await world.rest()).at(-1)?.seq ?? 0;
    const written = vi.spyOn(Log.prototype, "writeHead");
    await vi.waitFor(() => expect(reported(world, last)).toBe(true), { timeout: 5000, interval: 20 });
    await world.stub.poke({ tenantId: world.tenantId });
    await world.rest();
    expect(written).not.toHaveBeenCalled();
  });
});

/** Whether a state of the last row has gone to the projection. */
const reported = (world: World, seq: number): boolean =>
  vi.mocked(env.EVENTS.send).mock.calls.some(([event]) => {
    const { tenantId, rows } = event as ProjectionEvent;
    return tenantId === world.tenantId && rows.some((row) => row.seq === seq);
  });
