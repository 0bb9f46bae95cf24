import { eraseConversation } from "@charla/db/erasure/statements";
import { contactAddresses } from "@charla/db/tenant/contact-addresses";
import { messageWords } from "@charla/db/tenant/message-words";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { LogSource, answeredConversation } from "../../test/log-source.ts";
import { startPlatforms, type TestPlatform, type TestPlatforms } from "../../test/platform.ts";
import type { Ctx } from "../context.ts";
import { getConversation } from "../conversations/get.ts";
import { listConversations } from "../conversations/list.ts";
import { searchMessages } from "../conversations/search.ts";
import type { ProjectionEvent } from "@charla/domain/projection";
import { applyProjection } from "../projection/apply.ts";
import { withoutErased } from "../projection/erased.ts";
import { usageSummary } from "../usage/summary.ts";
import { contactKeyPath } from "../vault/contact-keys.ts";
import { eraseContact } from "./erase.ts";
import type { Outside } from "./erase-conversation.ts";
import { getContact } from "./get.ts";
import { listErasures } from "./list-erasures.ts";
import { listContacts } from "./list.ts";
import { settleErasures } from "./settle-erasures.ts";

// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TESTS = 8;
const page = { limit: 100 };
const DAYS = { from: "2026-01-01", to: "2026-12-31" };
const START = Date.parse("2026-11-20T10:00:00Z");

let platforms: TestPlatforms;
let world: TestPlatform;
let ctx: Ctx;
beforeAll(async () => {
  platforms = await startPlatforms(...Array.from({ length: TESTS }, () => 2));
});
beforeEach(async () => {
  world = await platforms.next();
  ctx = await world.tenant("shop");
});
afterAll(() => platforms.stop());

/** As the queue's consumer does it. */
const project = async (into: Ctx, events: readonly ProjectionEvent[]) =>
  applyProjection(into, await withoutErased(into, events));

/** Objects and files as erasing meets them. `breaks` is asked before each thing that is done. */
class FakeOutside implements Outside {
  readonly logs = new Map<string, string>();
  readonly files = new Set<string>();
  readonly erased: string[] = [];
  breaks: (what: string) => void | Promise<void> = () => undefined;

  add({ conversation }: LogSource): void {
    this.logs.set(conversation.id, conversation.contactId);
    for (const n of [1, 2]) this.files.add(`${ctx.tenantId}/media/${conversation.id}/msg_1/${n}`);
  }

  conversation: Outside["conversation"] = (id) => ({
    begunAs: async () => {
      await this.breaks("begunAs");
      return this.logs.get(id) ?? null;
    },
    erase: async ({ begunAs }) => {
      await this.breaks("erase");
      if (this.logs.get(id) !== begunAs) return;
      this.logs.delete(id);
      this.erased.push(id);
      // As an object that ends in the middle of the call.
      throw new Error("the object has ended");
    },
  });

  bucket: Outside["bucket"] = {
    list: async ({ prefix }) => {
      await this.breaks("list");
      const keys = [...this.files].filter((key) => key.startsWith(prefix));
      return { objects: keys.map((key) => ({ key, uploaded: new Date(0) })), truncated: false };
    },
    delete: async (keys) => {
      await this.breaks("delete");
      for (const key of keys) this.files.delete(key);
    },
  };
}

/** Ana with two conversations of one address, and Luis. */
async function people(): Promise<{ outside: FakeOutside; ana: LogSource[]; luis: LogSource }> {
  const outside = new FakeOutside();
  const { source: luis } = answeredConversation(ctx.tenantId, "luis");
  const { source: first } = answeredConversation(ctx.tenantId, "ana");
  const second = new LogSource(ctx.tenantId, "ana2", { address: "address-ana" });
  second.in(1, "otra cosa");
  const sources = [luis, first, second];
  for (const source of sources) {
    await project(ctx, [source.event()]);
    outside.add(source);
  }
  return { outside, ana: [first, second], luis };
}

const conversationIds = async (): Promise<string[]> => (await listConversations(ctx, page)).data.map(({ id }) => id);

/** As the database has them, so that a table which comes tomorrow is not left out. */
async function tablesOfConversations(): Promise<string[]> {
  const found = await ctx.db.orm.all<{ name: string }>(
    sql`SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%conversation_id%' AND name <> 'erased_logs'`,
  );
  return found.map(({ name }) => name);
}

async function rowsOf(id: string): Promise<number> {
  const counts = await Promise.all(
    (await tablesOfConversations()).map((table) =>
      ctx.db.orm.get<{ n: number }>(
        sql`SELECT count(*) AS n FROM ${sql.identifier(table)} WHERE conversation_id = ${id}`,
      ),
    ),
  );
  return counts.reduce((sum, { n }) => sum + n, 0);
}

async function expectGone(ana: LogSource[], outside: FakeOutside): Promise<void> {
  expect(await conversationIds()).toEqual(["cnv_luis"]);
  for (const { conversation } of ana) expect(await rowsOf(conversation.id)).toBe(0);
  expect([...outside.logs.keys()]).toEqual(["cnv_luis"]);
  expect([...outside.files].filter((key) => !key.includes("cnv_luis"))).toEqual([]);
  expect(await ctx.files.get(contactKeyPath(ctx.tenantId, "con_ana"))).toBeNull();
  expect((await listContacts(ctx, page)).data.map(({ id }) => id)).toEqual(["con_luis"]);
  expect((await ctx.db.orm.select().from(contactAddresses)).map(({ contactId }) => contactId)).toEqual(["con_luis"]);
}

describe("erasing a contact", () => {
  it("knows every table that something of a conversation is in", async () => {
    const known = new Set(eraseConversation.flatMap((statement) => statement.match(/(?<=(?:FROM|UPDATE) )\w+/g) ?? []));
    expect((await tablesOfConversations()).filter((table) => !known.has(table))).toEqual([]);
  });

  it("takes all of the person and nothing of anybody else, and tells what it was", async () => {
    const { outside, ana, luis } = await people();
    const before = await usageSummary(ctx, { ...DAYS, groupBy: "model" });
    expect(await getContact(ctx, "con_ana")).toMatchObject({
      name: "Name ana",
      addresses: [{ channelKind: "http", address: "address-ana" }],
    });
    const found = await listContacts(ctx, { ...page, channelKind: "http", address: "address-ana" });
    expect(found.data.map(({ id }) => id)).toEqual(["con_ana"]);
    const receipt = await eraseContact(ctx, "con_ana", outside);
    expect(receipt).toMatchObject({ contactId: "con_ana", state: "done", conversations: 2, messages: 3, files: 4 });
    await expectGone(ana, outside);
    // Of the index of words, too, only those of the other are left.
    const [{ n: words } = { n: -1 }] = await ctx.db.orm.all<{ n: number }>(sql`SELECT count(*) AS n FROM ${messageWords}
      WHERE (entry & 4294967295) NOT IN (SELECT number FROM messages)`);
    expect(words).toBe(0);
    expect((await searchMessages(ctx, { query: "luis", ...page })).data.length).toBeGreaterThan(0);
    expect(await usageSummary(ctx, { ...DAYS, groupBy: "model" })).toEqual(before);
    expect(await getConversation(ctx, luis.conversation.id)).toMatchObject({ contact: { name: "Name luis" } });
    await expect(getContact(ctx, "con_ana")).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await eraseContact(ctx, "con_ana", outside)).toEqual(receipt);
    expect((await listErasures(ctx, page)).data).toEqual([receipt]);
    expect(JSON.stringify(await ctx.db.orm.all(sql`SELECT * FROM erasures`))).not.toMatch(/address-ana|Name ana/);
  });

  it("needs the right to, and is of one tenant", async () => {
    const { outside, ana } = await people();
    const reader: Ctx = {
      ...ctx,
      actor: { type: "api_key", id: "key_1", tenantId: ctx.tenantId, scopes: ["contacts.read", "conversations.write"] },
    };
    await expect(eraseContact(reader, "con_ana", outside)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const stranger = await world.tenant("other");
    await expect(eraseContact(stranger, "con_ana", outside)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(eraseContact(ctx, "con_nobody", outside)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(outside.erased).toEqual([]);
    expect(await conversationIds()).toContain(ana[0]?.conversation.id);
  });

  it("goes on where it broke off, wherever that was", async () => {
    const { outside, ana } = await people();
    let at = 0;
    for (let stop = 1; stop < 40; stop++) {
      at = 0;
      outside.breaks = () => {
        if (++at === stop) throw new Error("the process was killed");
      };
      const state = await eraseContact(ctx, "con_ana", outside).then(
        (receipt) => receipt.state,
        () => "killed",
      );
      if (state === "done") break;
    }
    await expectGone(ana, outside);
    expect((await listErasures(ctx, page)).data).toMatchObject([{ state: "done", conversations: 2 }]);
  });

  it("is gone on with by the cron when nobody asks again", async () => {
    const { outside, ana } = await people();
    outside.breaks = (what) => {
      if (what === "list") throw new Error("the store is away");
    };
    await expect(eraseContact(ctx, "con_ana", outside)).rejects.toThrow("away");
    expect((await listErasures(ctx, page)).data).toMatchObject([{ state: "running" }]);
    await expect(getContact(ctx, "con_ana")).rejects.toMatchObject({ code: "NOT_FOUND" });
    outside.breaks = () => undefined;
    expect(await settleErasures(ctx, outside)).toBe(1);
    await expectGone(ana, outside);
    world.advance(3_600_001);
    expect(await settleErasures(ctx, outside)).toBe(1);
    expect(await settleErasures(ctx, outside)).toBe(0);
    expect(await ctx.db.orm.all(sql`SELECT addresses FROM erasures`)).toEqual([{ addresses: null }]);
  });

  it("what the queue still brings of it is dropped", async () => {
    const { outside, ana } = await people();
    const [first] = ana;
    first?.in(7, "tarde");
    const late = first?.event();
    await eraseContact(ctx, "con_ana", outside);
    for (const event of late ? [late, late] : [])
      expect(await project(ctx, [event])).toEqual({ applied: [], metrics: [] });
    await expectGone(ana, outside);
  });

  it("what is being written while it runs is refused as a whole, and written when it is over", async () => {
    const { outside } = await people();
    const again = new LogSource(ctx.tenantId, "ana", { name: "Ana de nuevo" });
    Object.assign(again.conversation, { contactId: "con_new", createdAt: ctx.now() + 1000 });
    again.in(1, "hola otra vez");
    let refused = 0;
    outside.breaks = async (what) => {
      if (what !== "list") return;
      outside.breaks = () => undefined;
      // The row of the conversation is still there and still the erased contact's.
      await project(ctx, [again.event()]).catch(() => refused++);
    };
    await eraseContact(ctx, "con_ana", outside);
    expect(refused).toBe(1);
    expect(await conversationIds()).toEqual(["cnv_luis"]);
    await project(ctx, [again.event()]);
    expect(await getConversation(ctx, "cnv_ana")).toMatchObject({ contact: { id: "con_new", name: "Ana de nuevo" } });
    await settleErasures(ctx, outside);
    expect(await conversationIds()).toContain("cnv_ana");
  });

  it("a conversation that was under way to the lists is found and erased, too", async () => {
    const { outside, ana } = await people();
    const unseen = new LogSource(ctx.tenantId, "ana3", { address: "address-ana" });
    unseen.in(1, "esto venía de camino");
    Object.assign(unseen.conversation, { createdAt: START });
    outside.add(unseen);
    await eraseContact(ctx, "con_ana", outside);
    await project(ctx, [unseen.event()]);
    expect(await conversationIds()).toContain("cnv_ana3");
    await settleErasures(ctx, outside);
    await expectGone([...ana, unseen], outside);
  });
});
