import { channelOf } from "@charla/channels/registry";
import { newSigningSecret } from "@charla/channels/standard-webhooks";
import type { Channel } from "@charla/channels/contract";
import { newId } from "@charla/domain/ids";
import type { AcceptResult, Arrival } from "@charla/domain/inbound";
import type { SpillEvent } from "@charla/domain/projection";
import { createLogger } from "@charla/telemetry/logger";
import { afterEach, describe, expect, it, vi } from "vitest";
import { AccountDirectory } from "../src/accounts.ts";
import { Admission } from "../src/admission.ts";
import type { Deps, Quarantine } from "../src/deps.ts";
import { handleWebhook } from "../src/inbound.ts";
import { messageOf, signed } from "./connected.ts";

const publicBaseUrl = "https://charla.example";

type Accept = (arrival: Arrival) => Promise<AcceptResult>;

const tenantId = newId("tenant");
const channelId = newId("channel");
const secret = newSigningSecret();
const lines: string[] = [];
const log = createLogger({ worker: "router", sink: (_, line) => lines.push(line) });

function setUp(
  accept: Accept,
  change: Partial<Deps> = {},
): { deps: Deps; spilled: SpillEvent[]; quarantined: Quarantine[] } {
  const spilled: SpillEvent[] = [];
  const quarantined: Quarantine[] = [];
  const route = {
    v: 1 as const,
    id: channelId,
    tenantId,
    kind: "http",
    agentId: newId("agent"),
    status: "active" as const,
    config: { callbackUrl: "https://integrator.example/in" },
    sealedSecrets: "",
    wrappedKey: "",
  };
  const deps: Deps = {
    clock: () => Date.now(),
    log,
    metrics: { writeDataPoint: () => undefined },
    accounts: new AccountDirectory(
      {
        route: async (id) => (id === channelId ? route : null),
        secrets: async () => ({ signingSecrets: [secret] }),
        publicBaseUrl,
      },
      log,
    ),
    admission: new Admission({ perTenant: 2, total: 3 }),
    conversation: () => ({ accept }),
    spill: {
      send: async (message) => {
        spilled.push(structuredClone(message));
      },
    },
    quarantine: async (items) => {
      quarantined.push(items);
    },
    ...change,
  };
  return { deps, spilled, quarantined };
}

const accepts: Accept = async ({ events }) => ({ conversationId: "cnv", accepted: events.length, duplicates: 0 });
const unreachable: Accept = () => Promise.reject(Object.assign(new Error("the object is gone"), { retryable: true }));
const post = async (deps: Deps, body: unknown): Promise<Response> =>
  handleWebhook(await signed({ channelId, secret }, body), deps);

afterEach(() => {
  vi.useRealTimers();
  lines.length = 0;
});

describe("a conversation that cannot be reached", () => {
  it("leaves its events in the queue, and the webhook is accepted", async () => {
    const { deps, spilled } = setUp(unreachable);
    const response = await post(deps, messageOf({ id: "kept" }));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    expect(spilled).toMatchObject([
      { v: 1, arrival: { key: { tenantId, channelId, thread: "c1" }, events: [{ externalId: "kept" }] } },
    ]);
  });

  it("is waited for two seconds and no longer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { deps, spilled } = setUp(() => new Promise<never>(() => undefined));
    const pending = post(deps, messageOf());
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    vi.advanceTimersByTime(1_999);
    expect(spilled).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect((await pending).status).toBe(200);
    expect(spilled).toHaveLength(1);
  });

  it("is asked again at once when the platform says that a new call may succeed", async () => {
    let calls = 0;
    const { deps, spilled } = setUp(async (arrival) => {
      if (++calls === 1) throw Object.assign(new Error("code was updated"), { retryable: true });
      return await accepts(arrival);
    });
    expect((await post(deps, messageOf())).status).toBe(200);
    expect([calls, spilled.length]).toEqual([2, 0]);
  });

  it("is left in peace when it is overloaded", async () => {
    let calls = 0;
    const { deps, spilled } = setUp(() => {
      calls++;
      return Promise.reject(Object.assign(new Error("overloaded"), { retryable: true, overloaded: true }));
    });
    await post(deps, messageOf());
    expect([calls, spilled.length]).toEqual([1, 1]);
  });

  it.each([
    [
      "its disk is full",
      Object.assign(new Error("database or disk is full: SQLITE_FULL"), { durableObjectReset: true }),
    ],
    ["it cannot start", new Error("internal error; reference = x")],
  ])("makes the sender repeat what it refused itself: %s", async (_what, error) => {
    const { deps, spilled } = setUp(() => Promise.reject(error));
    const response = await post(deps, messageOf());
    expect([response.status, spilled.length]).toEqual([503, 0]);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("makes the sender repeat when the queue fails too", async () => {
    const { deps } = setUp(unreachable, { spill: { send: () => Promise.reject(new Error("queue down")) } });
    const response = await post(deps, messageOf());
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("makes the sender repeat an event too large for the queue", async () => {
    const { deps, spilled } = setUp(unreachable);
    expect((await post(deps, messageOf({ text: "€".repeat(60_000) }))).status).toBe(503);
    expect(spilled).toHaveLength(0);
  });

  it("spills a large batch in pieces that the queue takes, and loses none", async () => {
    const { deps, spilled } = setUp(unreachable);
    const events = Array.from({ length: 300 }, (_, i) => messageOf({ id: `big-${i}`, text: "ñ".repeat(1_000) }));
    expect((await post(deps, { events })).status).toBe(200);
    expect(spilled.length).toBeGreaterThan(4);
    for (const message of spilled)
      expect(new TextEncoder().encode(JSON.stringify(message)).length).toBeLessThan(128_000);
    expect(spilled.flatMap(({ arrival }) => arrival.events.map((event) => event.externalId))).toEqual(
      events.map((event) => event["id"]),
    );
  });
});

describe("a batch", () => {
  const events = ["a", "b", "c"].map((conversation) => messageOf({ conversation }));

  it("reaches every conversation of its own, all at once", async () => {
    const seen: string[] = [];
    let open = 0;
    let most = 0;
    const { deps } = setUp(async (arrival) => {
      most = Math.max(most, ++open);
      seen.push(arrival.key.thread);
      await Promise.resolve();
      open--;
      return await accepts(arrival);
    });
    const response = await post(deps, { events });
    expect(await response.json()).toEqual({ accepted: 3, duplicates: 0, rejected: [] });
    expect(seen.toSorted()).toEqual(["a", "b", "c"]);
    expect(most).toBe(3);
  });

  it("of which one conversation is stored nowhere is answered 503 as a whole", async () => {
    const { deps } = setUp((arrival) => (arrival.key.thread === "b" ? unreachable(arrival) : accepts(arrival)), {
      spill: { send: () => Promise.reject(new Error("queue down")) },
    });
    expect((await post(deps, { events })).status).toBe(503);
  });

  it("with a poisoned item quarantines it and processes the others", async () => {
    const { deps, quarantined } = setUp(accepts);
    const response = await post(deps, { events: [...events, { type: "message", id: "bad id", text: "lost?" }] });
    expect(await response.json()).toEqual({
      accepted: 3,
      duplicates: 0,
      rejected: [{ index: 3, reason: "invalid_conversation" }],
    });
    expect(quarantined).toMatchObject([
      { tenantId, channelId, items: [{ reason: "invalid_conversation", raw: expect.stringContaining("lost?") }] },
    ]);
  });

  it("is not acknowledged when the poisoned item cannot be kept", async () => {
    const seen: string[] = [];
    const accept: Accept = (arrival) => {
      seen.push(arrival.key.thread);
      return accepts(arrival);
    };
    const { deps } = setUp(accept, { quarantine: () => Promise.reject(new Error("database down")) });
    expect((await post(deps, { events: [{ type: "message" }, ...events] })).status).toBe(503);
    expect(seen.toSorted()).toEqual(["a", "b", "c"]);
  });
});

describe("overload", () => {
  it("refuses a tenant that has its share under way, without reading the body, and lets others through", async () => {
    const { deps } = setUp(accepts);
    deps.admission.enter(tenantId, 2);
    const request = await signed({ channelId, secret }, messageOf());
    const response = await handleWebhook(request, deps);
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(request.bodyUsed).toBe(false);
    expect(deps.admission.verdict(newId("tenant"))).toBe("free");
    deps.admission.leave(tenantId, 2);
    expect((await post(deps, messageOf())).status).toBe(200);
  });

  it("refuses everybody with 503 when the isolate is full", async () => {
    const { deps } = setUp(accepts);
    deps.admission.enter(newId("tenant"), 3);
    expect((await post(deps, messageOf())).status).toBe(503);
  });

  it("counts what is under way and forgets it whatever becomes of it", async () => {
    const admission = new Admission({ perTenant: 1, total: 10 });
    const { deps } = setUp(unreachable, { admission, spill: { send: () => Promise.reject(new Error("queue down")) } });
    for (let i = 0; i < 3; i++) expect((await post(deps, messageOf())).status).toBe(503);
    expect(admission.verdict(tenantId)).toBe("free");
  });
});

describe("the account", () => {
  const channel: Channel | undefined = channelOf("http");

  it("serves from memory for 24 hours while its record cannot be read again", async () => {
    let now = Date.now();
    let broken = false;
    const { deps } = setUp(accepts);
    const known = await deps.accounts.find(channelId, now);
    const directory = new AccountDirectory(
      {
        route: async () => {
          if (broken) throw new Error("KV and control database are down");
          return known?.route ?? null;
        },
        secrets: async () => ({ signingSecrets: [secret] }),
        publicBaseUrl,
      },
      log,
    );
    expect((await directory.find(channelId, now))?.channel).toBe(channel);
    broken = true;
    now += 23 * 3_600_000;
    expect(await directory.find(channelId, now)).not.toBeNull();
    now += 3_600_001;
    await expect(directory.find(channelId, now)).rejects.toThrow("down");
  });

  it("is answered 503 when nothing can be known about it", async () => {
    const { deps } = setUp(accepts, {
      accounts: new AccountDirectory(
        { route: () => Promise.reject(new Error("down")), secrets: async () => ({}), publicBaseUrl },
        log,
      ),
    });
    expect((await post(deps, messageOf())).status).toBe(503);
  });
});

it("writes one line per webhook, with neither text nor address in it", async () => {
  const { deps } = setUp(accepts);
  const response = await post(
    deps,
    messageOf({
      text: "mi tarjeta es 4111",
      contact: { id: "+34600111222", name: "Lucía" },
      conversation: "+34600111222",
    }),
  );
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    event: "webhook:handled",
    status: 200,
    tenantId,
    channelId,
    accepted: 1,
    trackingId: response.headers.get("x-tracking-id"),
  });
  expect(lines[0]).not.toMatch(/4111|34600|Luc/);
});
