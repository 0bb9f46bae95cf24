import { conversations } from "@charla/db/tenant/conversations";
import { deadLetters } from "@charla/db/tenant/dead-letters";
import { messages } from "@charla/db/tenant/messages";
import { channels } from "@charla/db/tenant/channels";
import { newId } from "@charla/domain/ids";
import { AgentSettings } from "@charla/domain/release";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { type TestPlatforms, startPlatforms } from "../../test/platform.ts";
import { createAgent } from "../agents/create.ts";
import { createChannel } from "../channels/create.ts";
import { disableChannel } from "../channels/disable.ts";
import type { Ctx } from "../context.ts";
import { addMetrics } from "../metrics/add.ts";
import { CHANNEL_ALERTS, REFUSED, refusedLabels } from "../metrics/counters.ts";
import { readMetrics } from "../metrics/read.ts";
import type { NoticeMail, Postman } from "../notices/send.ts";
import { setNotices } from "../notices/settings.ts";
import { setTenantStatus } from "../tenants/set-status.ts";
import { openTenant } from "../tenants/open.ts";
import { getChannelHealth } from "./get.ts";
import { listChannelAlerts } from "./list-alerts.ts";
import { HOUR_MS } from "./rhythm.ts";
import { tellAlerts } from "./tell.ts";
import { watchChannels } from "./watch.ts";

// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TESTS = 11;
const MINUTE = 60_000;
const DAY = 24 * HOUR_MS;
/** A Wednesday at noon. */
const NOW = Date.UTC(2026, 10, 18, 12);
const kinds = {
  own: { configSchema: z.strictObject({}), secretsSchema: z.strictObject({}), generateSecrets: () => ({}) },
};

let platforms: TestPlatforms;
let ctx: Ctx;
let channelId: string;
let mails: NoticeMail[];
let postman: Postman;
let now: number;

beforeAll(async () => {
  platforms = await startPlatforms(...Array.from({ length: TESTS }, () => 1));
});
beforeEach(async () => {
  const test = await platforms.next();
  now = NOW;
  ctx = { ...(await test.tenant("tienda")), now: () => now };
  const settings = AgentSettings.parse({ name: "Ana", model: { provider: "workers-ai", model: "m" } });
  const { id: agentId } = await createAgent(ctx, { settings });
  ({ id: channelId } = await createChannel(ctx, { kind: "own", name: "WhatsApp", agentId, config: {} }, kinds));
  await ctx.db.orm.update(channels).set({ updatedAt: NOW - 90 * DAY });
  mails = [];
  postman = { from: "charla@example.com", send: async (mail) => mails.push(mail), failed: () => undefined };
  await setNotices(ctx, { recipients: [{ address: "ana@example.com" }] });
});
afterAll(() => platforms.stop());

let seq = 0;
async function store(...rows: { direction: "in" | "out"; state: string; at: number; version?: number }[]) {
  const id = newId("request");
  const state = { channelId, channelKind: "own", agentId: "a", contactId: "c", sealedThread: "" };
  const numbers = { tokens: 0, costMicros: 0, version: 1, createdAt: 0, lastAt: 0 };
  await ctx.db.orm.insert(conversations).values({ id, ownerType: "ai", handover: false, ...state, ...numbers });
  const values = rows.map(({ version, ...row }) => {
    seq += 1;
    const author = row.direction === "in" ? ("contact" as const) : ("ai" as const);
    const fixed = { conversationId: id, author, deleted: false, sealedBody: "" };
    return { ...fixed, seq, id: `msg_${seq}`, ...row, version: version ?? row.at };
  });
  // D1 takes 100 bound parameters in one statement.
  for (let from = 0; from < values.length; from += 8)
    await ctx.db.orm.insert(messages).values(values.slice(from, from + 8));
  return { id, seqs: values.map((value) => value.seq) };
}
const wrote = (at: number) => store({ direction: "in", state: "taken", at });
const sent = (at: number) => store({ direction: "out", state: "sent", at });

async function failed(what: string, at: number): Promise<void> {
  const { id, seqs } = await store({ direction: "out", state: "failed", at });
  const letter = { kind: "out", state: "open", class: what, sealedBody: "", at, version: at } as const;
  await ctx.db.orm
    .insert(deadLetters)
    .values({ id: newId("deadLetter"), channelId, conversationId: id, seq: seqs[0] ?? null, ...letter });
}

/** Looked at as cron does. */
async function look(at: number): Promise<{ opened: string[]; closed: string[] }> {
  now = at;
  const { opened, closed } = await watchChannels(ctx, at);
  await tellAlerts(ctx, postman, at);
  return { opened: opened.map(({ kind }) => kind), closed: closed.map(({ kind }) => kind) };
}
const NOTHING = { opened: [], closed: [] };
const subjects = (): string[] => mails.map(({ subject }) => subject);

/** Four weeks in which people write, hour by hour in the daytime, as their channel had been looked at all along. */
async function customers(until: number): Promise<void> {
  const rows: [string, number, number][] = [];
  for (let at = until - 28 * DAY; at < until; at += HOUR_MS) {
    const hour = new Date(at).getUTCHours();
    if (hour >= 8 && hour < 20) rows.push([channelId, Math.floor(at / HOUR_MS), at + 59 * MINUTE]);
  }
  const insert = `INSERT INTO channel_hours (channel_id, hour, received, active, last_in_at)
    SELECT value->>0, value->>1, 6, 3, value->>2 FROM json_each(?1)`;
  await ctx.db.d1.prepare(insert).bind(JSON.stringify(rows)).run();
}

describe("a channel that nobody writes to any more", () => {
  it("is told of once, and again when somebody writes", async () => {
    await customers(NOW);
    expect(await look(NOW + 2 * HOUR_MS)).toEqual(NOTHING);
    expect(await look(NOW + 5 * HOUR_MS)).toEqual({ opened: ["quiet"], closed: [] });
    expect(await look(NOW + 6 * HOUR_MS)).toEqual(NOTHING);
    expect(await look(NOW + 30 * HOUR_MS)).toEqual(NOTHING);
    await wrote(NOW + 31 * HOUR_MS);
    expect(await look(NOW + 31 * HOUR_MS + MINUTE)).toEqual({ opened: [], closed: ["quiet"] });
    expect(await look(NOW + 31 * HOUR_MS + 6 * MINUTE)).toEqual(NOTHING);
    expect(subjects()).toEqual([
      "[tienda] El canal «WhatsApp» necesita atención",
      "[tienda] El canal «WhatsApp» vuelve a funcionar",
    ]);
    expect(mails[0]?.text).toContain("nadie escribe desde 2026-11-18 11:59 UTC");
    expect(mails[0]?.headers).toMatchObject({ "Auto-Submitted": "auto-generated" });
  });

  it("at night, or in its first days, is left alone", async () => {
    const evening = Date.UTC(2026, 10, 18, 20);
    await customers(evening);
    expect(await look(evening + 11 * HOUR_MS)).toEqual(NOTHING);
    expect(await getChannelHealth(ctx, channelId)).toMatchObject({
      state: "well",
      rhythm: { weekly: 252, tolerated: 12 },
      lastInAt: new Date(evening - MINUTE).toISOString(),
    });
  });
});

describe("the hours", () => {
  it("count what came in once, however often and by how many it is looked at", async () => {
    for (const minutes of [10, 20, 70, 80]) await wrote(NOW + minutes * MINUTE);
    await sent(NOW + 15 * MINUTE);
    await Promise.all([look(NOW + 2 * HOUR_MS), look(NOW + 2 * HOUR_MS), look(NOW + 2 * HOUR_MS)]);
    await look(NOW + 2 * HOUR_MS + 5 * MINUTE);
    await wrote(NOW + 2 * HOUR_MS + 10 * MINUTE);
    await look(NOW + 3 * HOUR_MS);
    const { results } = await ctx.db.d1.prepare("SELECT hour, received, active FROM channel_hours ORDER BY hour").all();
    const first = NOW / HOUR_MS;
    expect(results).toEqual([
      { hour: first, received: 2, active: 2 },
      { hour: first + 1, received: 2, active: 2 },
      { hour: first + 2, received: 1, active: 1 },
    ]);
    expect(await getChannelHealth(ctx, channelId)).toMatchObject({
      lastHour: { received: 1, sent: 0, failed: 0, refused: 0 },
      rhythm: null,
    });
  });
});

describe("a channel whose credentials the vendor refuses", () => {
  it("is told of at the first refusal, shown with its numbers, and is well when a message got through", async () => {
    await failed("auth", NOW);
    expect(await look(NOW + MINUTE)).toEqual({ opened: ["access"], closed: [] });
    await failed("auth", NOW + 2 * MINUTE);
    expect(await look(NOW + 6 * MINUTE)).toEqual(NOTHING);
    expect(await getChannelHealth(ctx, channelId)).toMatchObject({ state: "trouble", lastHour: { failed: 2 } });
    const { data } = await listChannelAlerts(ctx, { state: "open", limit: 10 });
    expect(data).toMatchObject([
      { channelId, kind: "access", facts: { failed: 2, failedAt: new Date(NOW + 2 * MINUTE).toISOString() } },
    ]);
    await sent(NOW + 7 * MINUTE);
    expect(await look(NOW + 11 * MINUTE)).toEqual({ opened: [], closed: ["access"] });
    expect(await listChannelAlerts(ctx, { state: "open", limit: 10 })).toEqual({ data: [], nextCursor: null });
    expect(mails).toHaveLength(2);
  });

  it("is well when what had failed got through as it was sent again", async () => {
    await failed("auth", NOW);
    await look(NOW + MINUTE);
    await ctx.db.orm.update(deadLetters).set({ state: "resolved", version: NOW + 2 * MINUTE });
    await ctx.db.orm.update(messages).set({ state: "sent", version: NOW + 2 * MINUTE });
    expect(await look(NOW + 5 * MINUTE)).toEqual({ opened: [], closed: ["access"] });
  });

  it("is well when connecting it again found everything in order", async () => {
    await failed("auth", NOW);
    await look(NOW + MINUTE);
    const connection = { connected: true, checkedAt: NOW + 2 * MINUTE, checks: [], facts: {} };
    await ctx.db.orm.update(channels).set({ connection }).where(eq(channels.id, channelId));
    expect(await look(NOW + 5 * MINUTE)).toEqual({ opened: [], closed: ["access"] });
  });
});

describe("wrong signatures", () => {
  it("are counted over the hour and are over when they stop", async () => {
    const refused = (value: number) =>
      addMetrics(ctx.control, [{ name: REFUSED, labels: refusedLabels(ctx.tenantId, channelId), value }]);
    await refused(6);
    expect(await look(NOW)).toEqual(NOTHING);
    await refused(6);
    expect(await look(NOW + 5 * MINUTE)).toEqual({ opened: ["signature"], closed: [] });
    expect((await getChannelHealth(ctx, channelId)).lastHour?.refused).toBe(12);
    expect(await look(NOW + 70 * MINUTE)).toEqual({ opened: [], closed: ["signature"] });
  });
});

describe("several troubles at once", () => {
  it("are one mail in each person's language, and the totals say how many there are", async () => {
    await setNotices(ctx, {
      recipients: [{ address: "ana@example.com" }, { address: "bob@example.com", language: "en" }],
    });
    for (let i = 0; i < 6; i++) await failed("policy", NOW - i * MINUTE);
    await failed("auth", NOW);
    expect((await look(NOW + MINUTE)).opened).toEqual(["access", "sending"]);
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
      ["ana@example.com", "[tienda] El canal «WhatsApp» necesita atención"],
      ["bob@example.com", "[tienda] The channel “WhatsApp” needs attention"],
    ]);
    expect(mails[1]?.text).toMatch(/no longer accepts our credentials[^]*6 of 6 messages of the last hour/);
    const alerts = (await readMetrics(ctx.control)).filter(({ name }) => name === CHANNEL_ALERTS);
    expect(alerts.map(({ labels, value }) => [labels, value])).toEqual([
      ['kind="access"', 1],
      ['kind="sending"', 1],
    ]);
  });
});

describe("mails", () => {
  it("that could not be sent are sent later, once, and of what is over by then there is none", async () => {
    const working = postman.send;
    postman = { ...postman, send: () => Promise.reject(new Error("down")) };
    await failed("auth", NOW);
    await look(NOW + MINUTE);
    postman = { ...postman, send: working };
    await look(NOW + 6 * MINUTE);
    expect(mails).toEqual([]);
    await look(NOW + 12 * MINUTE);
    await look(NOW + 17 * MINUTE);
    expect(mails).toHaveLength(1);

    postman = { ...postman, send: () => Promise.reject(new Error("down")) };
    await sent(NOW + 18 * MINUTE);
    await look(NOW + 20 * MINUTE);
    for (let i = 0; i < 6; i++) await failed("policy", NOW + 21 * MINUTE);
    await look(NOW + 22 * MINUTE);
    await sent(NOW + 23 * MINUTE);
    const answer = { direction: "out", state: "sent", at: NOW + 24 * MINUTE } as const;
    await store(...Array.from({ length: 60 }, () => answer));
    await look(NOW + 25 * MINUTE);
    postman = { ...postman, send: working };
    await look(NOW + 60 * MINUTE);
    expect(subjects().slice(1)).toEqual(["[tienda] El canal «WhatsApp» vuelve a funcionar"]);
  });

  it("about a trouble that comes and goes end after the third of a day, and the list goes on", async () => {
    for (let i = 0; i < 5; i++) {
      await failed("auth", NOW + i * 20 * MINUTE);
      await look(NOW + i * 20 * MINUTE + MINUTE);
      await sent(NOW + i * 20 * MINUTE + 2 * MINUTE);
      await look(NOW + i * 20 * MINUTE + 5 * MINUTE);
    }
    expect(mails).toHaveLength(6);
    expect(mails[4]?.text).toContain("Hoy no se le avisará más");
    expect((await listChannelAlerts(ctx, { limit: 10 })).data).toHaveLength(5);
  });
});

describe("a channel that is switched off, and a tenant that is paused", () => {
  it("are not watched, and nobody hears of it", async () => {
    await failed("auth", NOW);
    await look(NOW + MINUTE);
    await disableChannel(ctx, channelId, kinds);
    expect(await look(NOW + 5 * MINUTE)).toEqual(NOTHING);
    expect(await getChannelHealth(ctx, channelId)).toMatchObject({ state: "off", alerts: [] });
    expect(mails).toHaveLength(1);
    await setTenantStatus(ctx, ctx.tenantId, "paused");
    ctx = { ...(await openTenant(ctx, ctx.tenantId)), now: () => now };
    expect(await look(NOW + 10 * MINUTE)).toEqual(NOTHING);
  });
});
