import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type TestPlatform, type TestPlatforms, startPlatforms } from "../../test/platform.ts";
import { purgeExpired } from "../maintenance/purge.ts";
import { discardDeadEvent } from "./discard.ts";
import { getDeadEvent } from "./get.ts";
import { listDeadEvents } from "./list.ts";
import { replayDeadEvent } from "./replay.ts";
import { storeDeadEvent } from "./store.ts";
import { waitingDeadEvents } from "./waiting.ts";

// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let platforms: TestPlatforms;
let test: TestPlatform;

beforeAll(async () => {
  platforms = await startPlatforms(...Array.from({ length: 6 }, () => 1));
});
beforeEach(async () => {
  test = await platforms.next();
});
afterAll(() => platforms.stop());

const ARRIVAL = {
  v: 1,
  arrival: {
    key: { tenantId: "ten_a", channelId: "chn_a", thread: "+34600111222" },
    trackingId: "trk_a",
    events: [{ kind: "message", text: "canary" }, { kind: "message" }],
  },
};
const store = (body: unknown = ARRIVAL, queue = "charla-inbound-dlq", tenantId = "ten_a"): Promise<string> =>
  storeDeadEvent(test.platform, { queue, tenantId, reason: "gave up", body: JSON.stringify(body) });

function queue(): {
  sent: { queue: string; body: unknown }[];
  requeue: (queue: string, body: unknown) => Promise<void>;
} {
  const sent: { queue: string; body: unknown }[] = [];
  return { sent, requeue: async (name, body) => void sent.push({ queue: name, body }) };
}

describe("what a queue gave up on", () => {
  it("is kept sealed, listed newest first by pages, and found by queue, tenant and state", async () => {
    const ids = [await store(), await store({}, "charla-events-dlq"), await store({}, "charla-events-dlq", "ten_b")];
    const { results } = await test.platform.control.d1.prepare("SELECT * FROM dead_events").all();
    expect(JSON.stringify(results)).not.toContain("canary");
    const first = await listDeadEvents(test.platform, { limit: 2 });
    const second = await listDeadEvents(test.platform, { limit: 2, cursor: first.nextCursor ?? "" });
    const seen = [...first.data, ...second.data].map(({ id }) => id);
    expect([seen.toSorted(), second.nextCursor]).toEqual([ids.toSorted(), null]);
    const idsOf = async (filter: object): Promise<string[]> =>
      (await listDeadEvents(test.platform, { limit: 50, ...filter })).data.map(({ id }) => id).toSorted();
    expect(await idsOf({ queue: "charla-events-dlq" })).toEqual(ids.slice(1).toSorted());
    expect(await idsOf({ tenantId: "ten_b" })).toEqual(ids.slice(2));
    expect(await idsOf({ state: "waiting" })).toHaveLength(3);
    expect(await idsOf({ state: "replayed" })).toEqual([]);
    expect(await waitingDeadEvents(test.platform.control)).toEqual([
      { queue: "charla-events-dlq", waiting: 2 },
      { queue: "charla-inbound-dlq", waiting: 1 },
    ]);
  });

  it("tells what one decides with, and nothing that a customer wrote or is", async () => {
    const detail = await getDeadEvent(test.platform, await store());
    expect(detail).toMatchObject({ replayable: true, channelId: "chn_a", trackingId: "trk_a", events: 2 });
    expect(JSON.stringify(detail)).not.toMatch(/canary|34600/);
    expect(await getDeadEvent(test.platform, await store("odd"))).toMatchObject({ bytes: 5, events: null });
    await expect(getDeadEvent(test.platform, "evt_unknown")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("is the platform's alone", async () => {
    const id = await store();
    const tenant = await test.tenant("shop");
    const actor = { type: "member" as const, id: "m", tenantId: tenant.tenantId, permissions: [] };
    const stranger = { ...test.platform, actor };
    for (const attempt of [
      listDeadEvents(stranger, { limit: 1 }),
      getDeadEvent(stranger, id),
      replayDeadEvent(stranger, id, queue().requeue),
      discardDeadEvent(stranger, id),
    ])
      await expect(attempt).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("a replay", () => {
  it("puts the whole message back on its queue, once, and says who did it and when", async () => {
    const id = await store();
    const { sent, requeue } = queue();
    const replayed = await replayDeadEvent(test.platform, id, requeue);
    expect(sent).toEqual([{ queue: "charla-inbound-dlq", body: { ...ARRIVAL, replayed: true } }]);
    expect(replayed).toMatchObject({ state: "replayed", settledBy: "platform", settledAt: expect.any(String) });
    await expect(replayDeadEvent(test.platform, id, requeue)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(discardDeadEvent(test.platform, id)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(sent).toHaveLength(1);
    expect(await waitingDeadEvents(test.platform.control)).toEqual([]);
  });

  it("that the queue does not take leaves the event waiting", async () => {
    const id = await store();
    const down = (): Promise<void> => Promise.reject(new Error("queue down"));
    await expect(replayDeadEvent(test.platform, id, down)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await getDeadEvent(test.platform, id)).toMatchObject({ state: "waiting", settledBy: null });
  });
});

it("a discarded event loses its content at once, and its line after 30 days", async () => {
  const [id, waiting] = [await store(), await store()];
  expect(await discardDeadEvent(test.platform, id)).toMatchObject({ state: "discarded", settledBy: "platform" });
  expect(await getDeadEvent(test.platform, id)).toMatchObject({ bytes: 0, replayable: false });
  await expect(replayDeadEvent(test.platform, id, queue().requeue)).rejects.toMatchObject({ code: "CONFLICT" });
  test.advance(30 * 86_400_000 - 1_000);
  await purgeExpired(test.platform);
  expect((await listDeadEvents(test.platform, { limit: 9 })).data).toHaveLength(2);
  test.advance(2_000);
  await purgeExpired(test.platform);
  expect((await listDeadEvents(test.platform, { limit: 9 })).data.map((event) => event.id)).toEqual([waiting]);
});
