import { callbackDataOf } from "@charla/channels/telegram/keyboard";
import type { InboundEvent } from "@charla/domain/inbound";
import { runInDurableObject } from "cloudflare:test";
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
  });
});
