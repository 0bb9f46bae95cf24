import { callbackDataOf } from "@charla/channels/telegram/keyboard";
import type { InboundEvent } from "@charla/domain/inbound";
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { newIds, World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const TELEGRAM = {
  kind: "telegram",
  config: { apiUrl: "https://vendor.example.com" },
  secrets: { botToken: `123456:${"A".repeat(35)}`, secretTokens: ["s".repeat(32)] },
};
type Call = { chat_id?: number; text?: string; at: number };

/** A bot in a chat; what it sends is answered by the vendor, or by whatever the test says. */
async function bot(chat: string, answer?: (call: Call, n: number) => Response | Promise<Response>) {
  const world = await World.start({}, [], undefined, { ...newIds(), thread: chat }, TELEGRAM);
  const sends: Call[] = [];
  world.onVendor = async (request) => {
    if (!request.url.endsWith("/sendMessage")) return Response.json({ ok: true, result: true });
    const call = { ...((await request.json()) as Omit<Call, "at">), at: Date.now() };
    const n = sends.push(call);
    return (await answer?.(call, n)) ?? taken(call, n);
  };
  const arrive = (...events: InboundEvent[]) =>
    world.stub.accept({ ...world.arrival(...events), contact: { address: chat } });
  const say = (id: string, text: string) => arrive({ kind: "message", externalId: id, at: Date.now(), text });
  return { world, sends, arrive, say };
}

const taken = ({ chat_id: id }: Call, n: number): Response =>
  Response.json({ ok: true, result: { message_id: n, chat: { id } } });
const outs = async (world: World) => (await world.rows()).filter((row) => row.kind === "out");

describe("a bot", () => {
  it("that never learns whether a message was sent ends it as a dead letter, and does not repeat it for a day", async () => {
    const { world, sends, say } = await bot("42", () => Promise.reject(new TypeError("lost")));
    await say("42:1", "¿Abrís hoy?");
    await vi.waitFor(async () => expect((await outs(world))[0]?.body).toMatchObject({ doubts: 1 }), { timeout: 5_000 });
    // Eight doubts later, without their minutes.
    await runInDurableObject(world.stub, (_instance, state) => {
      state.storage.sql.exec("UPDATE log SET body = json_set(body, '$.doubts', 9, '$.nextAt', 0) WHERE kind = 'out'");
    });
    await world.lose();
    await world.stub.poke({ tenantId: world.tenantId });
    await vi.waitFor(async () => expect((await outs(world)).map(({ state }) => state)).toEqual(["unknown"]), {
      timeout: 10_000,
    });
    const [letter] = await outs(world);
    expect(letter?.body).toMatchObject({ doubts: 10, error: { class: "ambiguous" } });
    const before = sends.length;
    if (letter === undefined) throw new Error("no message");
    world.onVendor = () => taken({ chat_id: 42, at: 0 }, 99);
    await world.stub.replay({ tenantId: world.tenantId, seq: letter.seq, by: "mem_1" });
    await vi.waitFor(async () => expect((await outs(world)).map(({ state }) => state)).toEqual(["sent"]));
    expect((await outs(world))[0]?.body).not.toHaveProperty("doubts");
    expect(sends.length).toBe(before);
  });

  it("hears of a tapped button by the id it was given, however long that is", async () => {
    const { world, arrive, say } = await bot("42");
    const title = "El ramo grande de rosas rojas con eucalipto y una tarjeta escrita a mano";
    world.respond = (request) => ({
      text: JSON.stringify(request.messages).includes(title) ? "Hecho" : `¿Cuál?\n\n- [ ] ${title}\n- [ ] Otro`,
    });
    await say("42:1", "Quiero un ramo");
    await world.rest();
    const [button] = (await outs(world))[0]?.body.buttons ?? [];
    if (button === undefined) throw new Error("no button");
    const id = await callbackDataOf(button.id);
    expect(id).not.toBe(button.id);
    const action = { id, title: button.title };
    await arrive({ kind: "message", externalId: "cb:1", at: Date.now(), text: button.title, action });
    await arrive({
      kind: "message",
      externalId: "cb:2",
      at: Date.now(),
      text: "?",
      action: { id: "other", title: "?" },
    });
    const tapped = (await world.rest()).flatMap((row) =>
      row.kind === "in" && row.body.event.kind === "message" ? (row.body.event.action?.id ?? []) : [],
    );
    expect(tapped).toEqual([button.id, "other"]);
  });
});

describe("a group", () => {
  it("gets no more than its vendor's twenty a minute: five at once, then one every four seconds", async () => {
    const { world, sends, say } = await bot("-100200");
    await say("-100200:1", "Buenas");
    await world.rest();
    for (let n = 0; n < 5; n++) {
      const said = { tenantId: world.tenantId, memberId: "mem_1", text: `n${n}`, clientId: `c${n}` };
      await world.stub.sendAsHuman(said);
    }
    await vi.waitFor(() => expect(sends).toHaveLength(6), { timeout: 12_000, interval: 50 });
    expect((sends[5]?.at ?? 0) - (sends[0]?.at ?? 0)).toBeGreaterThan(3_500);
  });

  it("is not listened to in a thread that it never began", async () => {
    const { world } = await bot("-100200");
    const event = { kind: "message", externalId: "x1", at: Date.now(), text: "¿comemos?" } as const;
    expect(await world.stub.accept({ ...world.arrival(event), ifBegun: true })).toMatchObject({ accepted: 0 });
    await expect(world.rows()).rejects.toThrow();
    await world.stub.accept(world.arrival({ ...event, externalId: "x2", text: "bot, ¿abrís?" }));
    expect(await world.stub.accept({ ...world.arrival(event), ifBegun: true })).toMatchObject({ accepted: 1 });
    await world.rest();
  });
});

describe("a group that becomes a supergroup", () => {
  const [OLD, NEW] = ["-4242", "-1001234567890"];
  const moved: InboundEvent = { kind: "identity", externalId: `${OLD}:9`, at: 1, previous: OLD, current: NEW };
  const inNew = (world: World, text: string) => {
    const event = { kind: "message", externalId: `${NEW}:1`, at: Date.now(), text } as const;
    const key = { ...world.arrival().key, thread: NEW };
    const name = `${key.tenantId}:${key.channelId}:${key.thread}`;
    return env.CONVERSATION.getByName(name).accept({ ...world.arrival(event), key, contact: { address: NEW } });
  };

  it("goes on as the same conversation, and is answered where it is now", async () => {
    const { world, sends, arrive, say } = await bot(OLD);
    const { conversationId } = await say(`${OLD}:1`, "Hola");
    await world.rest();
    await arrive(moved);
    expect(await inNew(world, "¿Seguís ahí?")).toEqual({ conversationId, accepted: 1, duplicates: 0 });
    expect(await inNew(world, "¿Seguís ahí?")).toEqual({ conversationId, accepted: 0, duplicates: 1 });
    await world.rest();
    expect(sends.map((sent) => [sent.chat_id, sent.text])).toEqual([
      [Number(OLD), "echo: Hola"],
      [Number(NEW), "echo: ¿Seguís ahí?"],
    ]);
    expect(JSON.stringify(world.modelCalls[1]?.messages)).toContain("echo: Hola");
  });

  it("and is found out by a message that is refused at the old place, which is sent once", async () => {
    const refusal = {
      ok: false,
      error_code: 400,
      description: "upgraded",
      parameters: { migrate_to_chat_id: Number(NEW) },
    };
    const { world, sends, say } = await bot(OLD, (call) =>
      call.chat_id === Number(OLD) ? Response.json(refusal, { status: 400 }) : taken(call, 7),
    );
    const { conversationId } = await say(`${OLD}:1`, "Hola");
    await world.rest();
    await say(`${OLD}:2`, "¿Y mañana?");
    await world.rest();
    expect(sends.map((sent) => sent.chat_id)).toEqual([OLD, NEW, NEW].map(Number));
    expect(await inNew(world, "¿Seguís ahí?")).toMatchObject({ conversationId });
    await world.rest();
    expect(sends.map((sent) => sent.chat_id)).toEqual([OLD, NEW, NEW, NEW].map(Number));
  });

  it("keeps apart from one that had begun in the new place already", async () => {
    const { world, sends, arrive, say } = await bot(OLD);
    const { conversationId } = await say(`${OLD}:1`, "Hola");
    const other = await inNew(world, "Buenas");
    await arrive(moved);
    expect(other.conversationId).not.toBe(conversationId);
    expect(await inNew(world, "Buenas")).toMatchObject({ conversationId: other.conversationId, duplicates: 1 });
    await vi.waitFor(() => expect(sends).toHaveLength(2), { timeout: 10_000 });
    await world.rest();
  });
});
