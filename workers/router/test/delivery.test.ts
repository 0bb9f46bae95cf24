import { env } from "cloudflare:workers";
import { Admission, type AdmissionLimits, isShed, type Pass } from "@charla/domain/admission";
import { webhookOf } from "@charla/channels/webhooks";
import { newSigningSecret } from "@charla/channels/standard-webhooks";
import type { ChannelWebhook } from "@charla/channels/contract";
import type { ChannelRoute } from "@charla/domain/channel-record";
import { newId } from "@charla/domain/ids";
import type { AcceptResult, Arrival } from "@charla/domain/inbound";
import type { SpillEvent } from "@charla/domain/projection";
import { createLogger } from "@charla/telemetry/logger";
import { afterEach, describe, expect, it, vi } from "vitest";
import { AccountDirectory } from "../src/accounts.ts";
import type { Deps, Quarantine } from "../src/deps.ts";
import { handleWebhook } from "../src/inbound.ts";
import { Readers } from "../src/readers.ts";
import { messageOf, signed } from "./connected.ts";

const publicBaseUrl = "https://charla.example";

const LIMITS: AdmissionLimits = {
  perAccount: 2,
  perTenant: 2,
  total: 3,
  most: 4,
  accountPerSecond: 10_000,
  tenantPerSecond: 10_000,
};

type Accept = (arrival: Arrival) => Promise<AcceptResult>;

const tenantId = newId("tenant");
const channelId = newId("channel");
const secret = newSigningSecret();
const lines: string[] = [];
const log = createLogger({ worker: "router", sink: (_, line) => lines.push(line) });

function setUp(
  accept: Accept,
  change: Partial<Deps> = {},
): { deps: Deps; spilled: SpillEvent[]; quarantined: Quarantine[]; turnedAway: string[] } {
  const turnedAway: string[] = [];
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
        authority: async () => null,
        secrets: async () => ({ signingSecrets: [secret] }),
        publicBaseUrl,
      },
      log,
    ),
    admission: new Admission(LIMITS),
    refused: () => undefined,
    readers: new Readers({ leastBytes: 65_536, accountBytes: 16_777_216, totalBytes: 67_108_864 }),
    shed: (reason, tenant) => void turnedAway.push(`${reason} ${tenant === tenantId}`),
    conversation: () => ({ accept }),
    call: () => {
      throw new Error("nobody calls here");
    },
    spill: {
      send: async (message) => {
        spilled.push(structuredClone(message));
      },
    },
    fetch: () => Promise.reject(new Error("nothing is fetched here")),
    files: env.FILES,
    threadAt: async () => null,
    tally: async () => 1,
    channelAt: async () => null,
    quarantine: async (items) => {
      quarantined.push(items);
    },
    ...change,
  };
  return { deps, spilled, quarantined, turnedAway };
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
  const occupy = (deps: Deps, tenant: string, accountId: string): Pass => {
    const pass = deps.admission.enter({ tenantId: tenant, accountId }, Date.now());
    if (isShed(pass)) throw new Error(pass.reason);
    return pass;
  };
  const expectShed = (response: Response, status: number, retryAfter: string): void => {
    expect(response.status).toBe(status);
    expect(response.headers.get("retry-after")).toBe(retryAfter);
  };

  it("refuses a tenant that has its share under way, without reading the body, and lets others through", async () => {
    const { deps, turnedAway } = setUp(accepts);
    const passes = [occupy(deps, tenantId, "x"), occupy(deps, tenantId, "y")];
    const request = await signed({ channelId, secret }, messageOf());
    expectShed(await handleWebhook(request, deps), 429, "1");
    expect(request.bodyUsed).toBe(false);
    expect(turnedAway).toEqual(["tenant_busy true"]);
    occupy(deps, newId("tenant"), "z").leave();
    for (const pass of passes) pass.leave();
    expect((await post(deps, messageOf())).status).toBe(200);
  });

  /** A body that never comes, of a sender who has signed nothing; its size is announced or not. */
  const trickle = (length?: number): Request => {
    const headers = { "content-type": "application/json", ...(length && { "content-length": String(length) }) };
    const url = `${publicBaseUrl}/webhooks/http/${channelId}`;
    return new Request(url, { method: "POST", headers, body: new ReadableStream() });
  };

  it("keeps no place of an account for bodies that trickle in, and ends them with a quiet 408", async () => {
    const { deps, turnedAway } = setUp(accepts);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const slow = [100, 100, 100, undefined].map((length) => handleWebhook(trickle(length), deps));
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(4));
    expect((await post(deps, messageOf())).status).toBe(200);
    vi.advanceTimersByTime(10_000);
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([408, 408, 408, 408]);
    expect(turnedAway).toEqual(Array.from({ length: 4 }, () => "body_slow true"));
    expect(lines.join("\n")).not.toContain("webhook:failed");
  });

  it("cuts off the oldest of an account's bodies that are still coming in, then of whose there are most", async () => {
    const readers = new Readers({ leastBytes: 10, accountBytes: 20, totalBytes: 30 });
    const order: string[] = [];
    const body = Promise.withResolvers<"read">();
    const hold = async (account: string, name: string): Promise<void> => {
      order.push(`${name} ${await readers.hold<string>(account, 1, 60_000, body.promise)}`);
    };
    const held = ["a1", "a2", "a3", "b1", "c1"].map((name) => hold(name.charAt(0), name));
    await Promise.all([held[0], held[1]]);
    expect(order).toEqual(["a1 late", "a2 late"]);
    // However large, one alone has its place; and who is done is not in the way.
    expect(await readers.hold("d", 1_000, 60_000, Promise.resolve("read"))).toBe("read");
    body.resolve("read");
    await Promise.all(held);
    expect(order.slice(2)).toContain("c1 read");
  });

  it("says no more than 400 when the sender's line breaks", async () => {
    const { deps } = setUp(accepts);
    const { url, headers } = trickle();
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) });
    expect((await handleWebhook(new Request(url, { method: "POST", headers, body }), deps)).status).toBe(400);
    expect(lines.join("\n")).not.toContain("webhook:failed");
  });

  it("refuses everybody with 503 when the isolate is full", async () => {
    const { deps } = setUp(accepts);
    for (const tenant of ["a", "b", "c", "d"]) occupy(deps, tenant, `account of ${tenant}`);
    expectShed(await post(deps, messageOf()), 503, "1");
  });

  it("counts what is under way and forgets it whatever becomes of it", async () => {
    const limits = { ...LIMITS, perAccount: 1, perTenant: 1 };
    const change = { admission: new Admission(limits), spill: { send: () => Promise.reject(new Error("queue down")) } };
    const { deps } = setUp(unreachable, change);
    for (let i = 0; i < 3; i++) expect((await post(deps, messageOf())).status).toBe(503);
    for (let i = 0; i < 3; i++) expect((await post(deps, "no JSON")).status).toBe(400);
    expect(
      (await handleWebhook(await signed({ channelId, secret: newSigningSecret() }, messageOf()), deps)).status,
    ).toBe(401);
    occupy(deps, tenantId, channelId);
  });

  it("refuses a batch that would double what is under way, before any of it is accepted", async () => {
    const seen: string[] = [];
    const { deps, spilled } = setUp(async (arrival) => {
      seen.push(arrival.key.thread);
      return await accepts(arrival);
    });
    const other = occupy(deps, tenantId, "x");
    const batch = { events: ["a", "b"].map((conversation) => messageOf({ conversation })) };
    expectShed(await post(deps, batch), 429, "1");
    expect([seen, spilled]).toEqual([[], []]);
    other.leave();
    expect((await post(deps, batch)).status).toBe(200);
    expect(seen.toSorted()).toEqual(["a", "b"]);
  });

  it("counts messages over time, and a stranger's junk does not use them up", async () => {
    const limits = { ...LIMITS, accountPerSecond: 2, tenantPerSecond: 100 };
    let now = Date.now();
    const { deps } = setUp(accepts, { admission: new Admission(limits), clock: () => now });
    const forged = await signed({ channelId, secret: newSigningSecret() }, messageOf());
    for (let i = 0; i < 20; i++) expect((await handleWebhook(forged.clone(), deps)).status).toBe(401);
    const batch = { events: [1, 2, 3, 4, 5, 6, 7].map(() => messageOf()) };
    expect((await post(deps, batch)).status).toBe(200);
    expectShed(await post(deps, messageOf()), 429, "2");
    now += 2_000;
    expect((await post(deps, messageOf())).status).toBe(200);
  });
});

describe("the account", () => {
  const channel: ChannelWebhook | undefined = webhookOf("http");

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
        authority: async () => null,
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

  it("whose secret was changed is read again when a signature does not fit, and a forger makes few read", async () => {
    const { deps } = setUp(accepts);
    const found = await deps.accounts.find(channelId, 0);
    if (found === null) throw new Error("no account");
    let secretNow = secret;
    let reads = 0;
    const authority = async (): Promise<ChannelRoute> => {
      reads++;
      return found.route;
    };
    const accounts = new AccountDirectory(
      {
        route: async () => found.route,
        authority,
        secrets: async () => ({ signingSecrets: [secretNow] }),
        publicBaseUrl,
      },
      log,
    );
    const used = await accounts.find(channelId, 0);
    if (used === null) throw new Error("no account");
    for (let now = 0; now < 60_000; now += 100) expect(await accounts.changed(used, now)).toBeNull();
    expect(reads).toBe(6);
    secretNow = newSigningSecret();
    const changed = await accounts.changed(used, 70_000);
    expect(changed?.account.secrets).toEqual({ signingSecrets: [secretNow] });
    // Those that came with it need no read of their own, and the new record stays.
    expect(await accounts.changed(used, 70_000)).toBe(changed);
    expect(await accounts.find(channelId, 70_000)).toBe(changed);
    expect(reads).toBe(7);
  });

  it("is answered 503 when nothing can be known about it", async () => {
    const { deps } = setUp(accepts, {
      accounts: new AccountDirectory(
        {
          route: () => Promise.reject(new Error("down")),
          authority: async () => null,
          secrets: async () => ({}),
          publicBaseUrl,
        },
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
