import { contactAddresses } from "@charla/db/tenant/contact-addresses";
import { contacts } from "@charla/db/tenant/contacts";
import type { ProjectionEvent } from "@charla/domain/projection";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { LogSource, answeredConversation } from "../../test/log-source.ts";
import { type TestPlatforms, startPlatforms } from "../../test/platform.ts";
import type { Ctx } from "../context.ts";
import { getConversation } from "../conversations/get.ts";
import { listConversations } from "../conversations/list.ts";
import { listMessages } from "../conversations/messages.ts";
import { searchMessages } from "../conversations/search.ts";
import { staleConversations } from "../conversations/stale.ts";
import { listTurns } from "../conversations/turns.ts";
import { listDeadLetters } from "../dead-letters/list.ts";
import { resolveDeadLetter } from "../dead-letters/resolve.ts";
import { addMetrics } from "../metrics/add.ts";
import { readMetrics } from "../metrics/read.ts";
import { usageSummary } from "../usage/summary.ts";
import { parseKeyring } from "../vault/keyring.ts";
import { KEK_V1 } from "../../test/platform.ts";
import { applyProjection } from "./apply.ts";

// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TESTS = 19;
let platforms: TestPlatforms;
let ctx: Ctx;

beforeAll(async () => {
  platforms = await startPlatforms(...Array.from({ length: TESTS }, () => 1));
});
beforeEach(async () => {
  ctx = await (await platforms.next()).tenant("shop");
});
afterAll(() => platforms.stop());

const page = { limit: 100 };
const DAYS = { from: "2026-01-01", to: "2026-12-31" };

/** Everything the lists show of a tenant. */
async function picture(of: Ctx): Promise<unknown> {
  const conversations = (await listConversations(of, page)).data.toSorted((a, b) => a.id.localeCompare(b.id));
  const parts = conversations.map(async ({ id }) => [
    await listMessages(of, { conversationId: id, ...page }),
    await listTurns(of, { conversationId: id, ...page }),
  ]);
  return {
    conversations,
    parts: await Promise.all(parts),
    usage: await usageSummary(of, { ...DAYS, groupBy: "model" }),
  };
}

describe("applyProjection", () => {
  it("shows what the log holds, opened for those who may read it", async () => {
    const { source } = answeredConversation(ctx.tenantId, "ana");
    const { applied } = await applyProjection(ctx, [source.event()]);
    const { id } = source.conversation;
    expect(applied).toEqual([{ conversationId: id, version: source.version }]);
    expect(await getConversation(ctx, id)).toMatchObject({
      thread: "thread-ana",
      contact: { id: "con_ana", name: "Name ana", locale: "es" },
      owner: { type: "ai" },
      usage: { tokens: 120, costMicros: 7 },
    });
    const { data } = await listMessages(ctx, { conversationId: id, ...page });
    expect(data.map(({ seq, direction, author, state, text }) => [seq, direction, author, state, text])).toEqual([
      [5, "out", "ai", "delivered", "Son cuatro, ana"],
      [1, "in", "contact", "taken", "¿Cuánto es dos más dos, ana?"],
    ]);
    const [turn] = (await listTurns(ctx, { conversationId: id, ...page })).data;
    expect(turn).toMatchObject({ state: "done", outcome: "answered", usage: { input: 100 } });
    expect(
      turn?.steps.map(({ type, state, content }) => [type, state, content?.["text"] ?? content?.["output"]]),
    ).toEqual([
      ["model", "done", "I calculate"],
      ["tool", "done", { value: 4 }],
    ]);
    expect(await usageSummary(ctx, { ...DAYS, groupBy: "day" })).toEqual({
      data: [{ group: "2026-11-20", calls: 1, inputTokens: 100, outputTokens: 20, cachedTokens: 0, costMicros: 7 }],
    });
  });

  it("ends at the same picture however events are repeated, reordered and cut into batches", async () => {
    const names = ["ana", "bea", "caro", "dani"];
    const stories = names.map((name) => answeredConversation(ctx.tenantId, name));
    await applyProjection(
      ctx,
      stories.map(({ source }) => source.event()),
    );
    const wanted = await picture(ctx);
    const events = stories.flatMap((story) => story.events);
    for (const seed of [1, 2, 3]) {
      const order = fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 });
      const [shuffled = []] = fc.sample(order, { seed, numRuns: 1 });
      const other = await (await platforms.next()).tenant("shop");
      const theirs = shuffled.map((event): ProjectionEvent => ({ ...event, tenantId: other.tenantId }));
      for (let i = 0; i < theirs.length;) {
        const size = 1 + ((i * seed) % 11);
        const halves = [theirs.slice(i, i + size), theirs.slice(i + size, i + 2 * size)];
        await Promise.all(halves.map((half) => applyProjection(other, half)));
        i += 2 * size;
      }
      expect(await picture(other)).toEqual(wanted);
    }
  });

  it("never lets an older version overwrite a newer one", async () => {
    const { source, events } = answeredConversation(ctx.tenantId, "ana");
    await applyProjection(ctx, [source.event()]);
    const wanted = await picture(ctx);
    for (const event of events) {
      event.conversation.handover = true;
      await applyProjection(ctx, [event]);
    }
    expect(await picture(ctx)).toEqual(wanted);
  });

  it("counts what happened once, however often it is told", async () => {
    const { source, events } = answeredConversation(ctx.tenantId, "ana");
    for (const event of [...events, ...events, source.event()])
      await addMetrics(ctx.control, (await applyProjection(ctx, [event])).metrics);
    const counters = await readMetrics(ctx.control);
    const value = (name: string, labels: string) =>
      counters.find((row) => row.name === name && row.labels === labels)?.value;
    expect(value("charla_turns_total", 'outcome="answered"')).toBe(1);
    expect(value("charla_turn_duration_seconds_bucket", 'le="1"')).toBe(1);
    expect(value("charla_turn_duration_seconds_bucket", 'le="0.5"')).toBe(0);
    expect(value("charla_steps_total", 'state="done",type="tool"')).toBe(1);
    expect(value("charla_tokens_total", 'direction="input",model="m1"')).toBe(100);
    expect(value("charla_cost_micros_total", 'model="m1"')).toBe(7);
    expect(value("charla_messages_total", 'direction="in"')).toBe(1);
    for (const state of ["queued", "sent", "delivered"])
      expect(value("charla_outbox_total", `state="${state}"`)).toBe(1);
    expect(value("charla_projection_lag_seconds_count", "")).toBe(events.length * 2 + 1);
  });

  it("gives an address to the first contact that is seen with it", async () => {
    const sources = ["a", "b", "c"].map((name) => new LogSource(ctx.tenantId, name, { address: "+34600" }));
    for (const source of sources) source.in(1, "hola");
    // Another isolate knows nothing of what this one has just written.
    const isolates = sources.map((): Ctx => ({ ...ctx, keyring: parseKeyring(KEK_V1), db: { ...ctx.db } }));
    await Promise.all(sources.map((source, i) => applyProjection(isolates[i] ?? ctx, [source.event()])));
    const alias = new LogSource(ctx.tenantId, "d", { address: "user-7", aliases: ["+34600"] });
    alias.in(1, "otra vez");
    await applyProjection(ctx, [alias.event()]);
    const found = (await listConversations(ctx, page)).data;
    expect(found).toHaveLength(4);
    expect(new Set(found.map(({ contact }) => contact.id)).size).toBe(1);
    for (const { id } of found)
      expect((await listMessages(ctx, { conversationId: id, ...page })).data[0]?.text).toMatch(/hola|otra vez/);
    expect(await ctx.db.orm.select().from(contactAddresses)).toHaveLength(2);
  });

  it("follows a contact's name and keeps the conversation readable when its address changes", async () => {
    const source = new LogSource(ctx.tenantId, "ana");
    source.in(1, "hola");
    await applyProjection(ctx, [source.event()]);
    source.conversation.contact = { ...source.conversation.contact, name: "Ana María", address: "other" };
    source.in(2, "soy yo");
    await applyProjection(ctx, [source.event(1)]);
    expect((await getConversation(ctx, source.conversation.id)).contact.name).toBe("Ana María");
    const { data } = await listMessages(ctx, { conversationId: source.conversation.id, ...page });
    expect(data.map(({ text }) => text)).toEqual(["soy yo", "hola"]);
  });

  it("applies edits, deletions and reactions, and finds only what can still be read", async () => {
    const source = new LogSource(ctx.tenantId, "ana");
    source.in(1, "Quiero una bicicleta azul");
    source.in(2, "Mi número es 12345");
    await applyProjection(ctx, [source.event()]);
    expect((await searchMessages(ctx, { query: "BICICLETA", ...page })).data.map(({ seq }) => seq)).toEqual([1]);
    source.in(1, "Quiero una bicicleta azul", { text: "Quiero una bicicleta roja", reactions: ["👍"] });
    source.in(2, "Mi número es 12345", { deleted: true });
    await applyProjection(ctx, [source.event(2)]);
    const { data } = await listMessages(ctx, { conversationId: source.conversation.id, ...page });
    expect(data[1]).toMatchObject({
      text: "Quiero una bicicleta roja",
      edited: true,
      reactions: ["👍"],
      deleted: false,
    });
    expect(data[0]).toMatchObject({ text: "", deleted: true });
    const hits = async (query: string) => (await searchMessages(ctx, { query, ...page })).data.length;
    expect([
      await hits("bicicleta roja"),
      await hits("azul"),
      await hits("12345"),
      await hits("bicicleta verde"),
    ]).toEqual([1, 0, 0, 0]);
  });

  it("lists what died until it lives again", async () => {
    const source = new LogSource(ctx.tenantId, "ana");
    source.out(1, "hola", "failed", { error: { class: "invalid", message: "no such user ana" } });
    source.turn(2, "dead", { outcome: "dead_letter", error: "gave up" });
    const dead = source.event();
    expect((await applyProjection(ctx, [dead])).metrics).toContainEqual({
      name: "charla_dead_letters",
      labels: "",
      value: 2,
    });
    const open = (await listDeadLetters(ctx, { ...page, state: "open" })).data;
    expect(open.map(({ kind, seq, reason }) => [kind, seq, reason]).toSorted()).toEqual([
      ["out", 1, "no such user ana"],
      ["turn", 2, "gave up"],
    ]);
    source.out(1, "hola", "sent");
    expect((await applyProjection(ctx, [source.event(2)])).metrics).toContainEqual({
      name: "charla_dead_letters",
      labels: "",
      value: -1,
    });
    await applyProjection(ctx, [dead]);
    expect((await listDeadLetters(ctx, { ...page, state: "open" })).data.map(({ kind }) => kind)).toEqual(["turn"]);
    expect((await listDeadLetters(ctx, { ...page, state: "resolved" })).data.map(({ id }) => id)).toEqual([
      open.find(({ kind }) => kind === "out")?.id,
    ]);
  });

  it("shows a parked conversation with its reason, and counts it, until it goes on", async () => {
    const source = new LogSource(ctx.tenantId, "ana");
    const apply = async (since: number) =>
      addMetrics(ctx.control, (await applyProjection(ctx, [source.event(since)])).metrics);
    const parked = async () =>
      (await readMetrics(ctx.control)).find(({ name }) => name === "charla_conversations_parked");
    source.in(1, "hola");
    source.conversation.parked = "turn version 2 is not known";
    await apply(0);
    await apply(0);
    expect((await parked())?.value).toBe(1);
    const { data } = await listConversations(ctx, { ...page, state: "parked" });
    expect(data).toMatchObject([{ id: source.conversation.id, parkedReason: "turn version 2 is not known" }]);
    delete source.conversation.parked;
    source.in(2, "¿hola?");
    await apply(1);
    expect((await parked())?.value).toBe(0);
    expect(await getConversation(ctx, source.conversation.id)).toMatchObject({ state: "active", parkedReason: null });
    expect((await listConversations(ctx, { ...page, state: "parked" })).data).toEqual([]);
  });

  it("counts a letter that was dealt with by hand no second time when its message lives again", async () => {
    const source = new LogSource(ctx.tenantId, "ana");
    const apply = async (since: number) =>
      addMetrics(ctx.control, (await applyProjection(ctx, [source.event(since)])).metrics);
    source.out(1, "hola", "failed");
    await apply(0);
    const [letter] = (await listDeadLetters(ctx, page)).data;
    await resolveDeadLetter(ctx, letter?.id ?? "");
    source.out(1, "hola", "sent");
    await apply(1);
    expect((await readMetrics(ctx.control)).find(({ name }) => name === "charla_dead_letters")?.value).toBe(0);
  });

  it("finds turns that have been open for too long", async () => {
    const source = new LogSource(ctx.tenantId, "ana");
    source.turn(1, "open", { openedAt: 1000 });
    source.turn(2, "done", { openedAt: 1000 });
    await applyProjection(ctx, [source.event()]);
    expect(await staleConversations(ctx, { openedBefore: 1001, limit: 10 })).toEqual([source.conversation.id]);
    expect(await staleConversations(ctx, { openedBefore: 1000, limit: 10 })).toEqual([]);
  });

  it("leaves no personal data in clear", async () => {
    const source = new LogSource(ctx.tenantId, "ana", {
      address: "canary-address",
      name: "canary-name",
      aliases: ["canary-alias"],
    });
    source.conversation.thread = "canary-thread";
    source.in(1, "canary-in");
    source.out(2, "canary-out", "failed", { error: { class: "invalid", message: "canary-error" } });
    source.model(3, "done", "canary-model");
    source.tool(4, "done", { q: "canary-input" }, { a: "canary-output" });
    source.note(5, { type: "summary", upTo: 1, text: "canary-summary" });
    source.turn(6, "dead", { error: "canary-turn" });
    await applyProjection(ctx, [source.event()]);
    const tables = await ctx.db.d1
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%cf%'")
      .all<{ name: string }>();
    for (const { name } of tables.results) {
      const { results } = await ctx.db.d1.prepare(`SELECT * FROM "${name}"`).all();
      expect(JSON.stringify(results), name).not.toContain("canary");
    }
    expect((await searchMessages(ctx, { query: "canary", ...page })).data).toHaveLength(2);
  });

  it("pages by activity without showing anything twice while conversations go on", async () => {
    const sources = Array.from({ length: 9 }, (_, i) => new LogSource(ctx.tenantId, `p${i}`));
    for (const [i, source] of sources.entries()) {
      source.in(1, "hola");
      source.conversation.lastAt += i;
    }
    await applyProjection(
      ctx,
      sources.map((source) => source.event()),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { data, nextCursor } = await listConversations(ctx, {
        limit: 4,
        ...(cursor === undefined ? {} : { cursor }),
      });
      seen.push(...data.map(({ id }) => id));
      cursor = nextCursor ?? undefined;
      const active = sources[7];
      active?.in(2 + seen.length, "sigo");
      if (active !== undefined) await applyProjection(ctx, [active.event(1)]);
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(9);
    expect((await listConversations(ctx, { limit: 1 })).data[0]?.id).toBe("cnv_p7");
  });

  it("takes nothing of another tenant", async () => {
    const { source } = answeredConversation("ten_other", "ana");
    expect((await applyProjection(ctx, [source.event()])).applied).toEqual([]);
    expect(await ctx.db.orm.select().from(contacts)).toEqual([]);
  });

  it("takes a batch far above what D1 binds or takes as one parameter", async () => {
    const sources = Array.from({ length: 20 }, (_, i) => {
      const source = new LogSource(ctx.tenantId, `c${i}`);
      for (let seq = 1; seq <= 20; seq++) source.in(seq, `${seq} ${"palabra larga ".repeat(400)}`);
      return source;
    });
    await applyProjection(
      ctx,
      sources.map((source) => source.event()),
    );
    const { data } = await listMessages(ctx, { conversationId: "cnv_c7", ...page });
    expect(data).toHaveLength(20);
  });
});
