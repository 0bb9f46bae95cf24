import type { InboundEvent } from "@charla/domain/inbound";
import type { QueuedProjection } from "@charla/domain/projection";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Core } from "../src/conversation/core.ts";
import { Log } from "../src/conversation/log.ts";
import { Projector } from "../src/conversation/projector.ts";
import { Wake } from "../src/conversation/wake.ts";
import { createDeps } from "../src/deps.ts";
import { World } from "./world.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const QUEUE_MESSAGE_BYTES = 128_000;

const told = (world: World): QueuedProjection[] =>
  vi
    .mocked(env.EVENTS.send)
    .mock.calls.map(([event]) => event as QueuedProjection)
    .filter(({ tenantId }) => tenantId === world.tenantId);

const bytesOf = (event: QueuedProjection): number => new TextEncoder().encode(JSON.stringify(event)).length;

const many = (count: number, text: string): InboundEvent[] =>
  Array.from({ length: count }, (_, n) => ({ kind: "message", externalId: `m${n}`, at: Date.now(), text }));

describe("what is sent to the projection", () => {
  it("fits into queue messages however much there is of it and whatever it is written in", async () => {
    const world = await World.start();
    world.respond = () => ({ text: "ok" });
    await world.stub.accept(world.arrival(...many(300, '"ñ" \\\\ 日本語'.repeat(20))));
    const rows = await world.rest();
    await vi.waitFor(() => {
      const seqs = new Set(told(world).flatMap((event) => event.rows.map((row) => row.seq)));
      expect(rows.filter((row) => !seqs.has(row.seq))).toEqual([]);
    });
    expect(Math.max(...told(world).map(bytesOf))).toBeLessThanOrEqual(QUEUE_MESSAGE_BYTES);
  });

  it("names a row that no queue message can hold, for the consumer to ask for", async () => {
    const world = await World.start();
    world.respond = () => ({ text: "ok" });
    await world.say("m1", "日本語".repeat(30_000));
    await world.rest();
    await vi.waitFor(() => {
      const bodies = told(world).flatMap((event) => event.rows.map(({ kind, body }) => [kind, body === null]));
      expect(bodies).toEqual(
        expect.arrayContaining([
          ["in", true],
          ["out", false],
        ]),
      );
    });
    expect(Math.max(...told(world).map(bytesOf))).toBeLessThanOrEqual(QUEUE_MESSAGE_BYTES);
  });

  it("is offered less and less often while the queue takes nothing", async () => {
    const world = await World.start();
    vi.mocked(env.EVENTS.send).mockRejectedValue(new Error("no queue"));
    await world.say("m1", "Are you open today?");
    await world.rest();
    await vi.waitFor(() => expect(env.EVENTS.send).toHaveBeenCalled());
    const gaps: number[] = [];
    for (let n = 0; n < 4; n++) {
      await runDurableObjectAlarm(world.stub);
      gaps.push(await runInDurableObject(world.stub, alarmGap));
    }
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(gaps[3]).toBeGreaterThan(3 * (gaps[0] ?? 0));
  });
});

describe("the wait before it is sent", () => {
  /** When something was sent, in milliseconds, while a row changed at each of these instants. */
  async function sentAt(changes: number[]): Promise<number[]> {
    const world = await World.start();
    await world.say("m1", "Are you open today?");
    const [row] = await world.rest();
    if (!row) throw new Error("nothing was logged");
    return await runInDurableObject(world.stub, async (_instance, { storage }) => {
      vi.useFakeTimers();
      const begin = Date.now();
      const times: number[] = [];
      const send = async (): Promise<void> => void times.push(Date.now() - begin);
      const deps = { ...createDeps(env), events: { send } };
      const parts = { log: new Log(storage.sql), wake: new Wake(storage), deps };
      const projector = new Projector(new Core({ ...parts, keepAlive: () => {}, abort: () => {} }));
      for (const at of changes) {
        await vi.advanceTimersByTimeAsync(begin + at - Date.now());
        projector.note(row, JSON.stringify(row.body));
        projector.soon();
      }
      await vi.advanceTimersByTimeAsync(5000);
      vi.useRealTimers();
      return times;
    });
  }

  it("begins anew with every change", async () => {
    expect(await sentAt([0])).toEqual([400]);
    expect(await sentAt([0, 300, 500])).toEqual([900]);
    expect(await sentAt([0, 1000])).toEqual([400, 1400]);
  });

  it("has an end for a conversation that does not pause", async () => {
    expect(await sentAt([0, 300, 600, 900, 1200, 1500, 1700])).toEqual([1600, 2100]);
  });
});

const alarmGap = async (_instance: unknown, { storage }: DurableObjectState): Promise<number> =>
  ((await storage.getAlarm()) ?? 0) - Date.now();
