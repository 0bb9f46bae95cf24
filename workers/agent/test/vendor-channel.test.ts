import { afterEach, describe, expect, it, vi } from "vitest";
import { TenantGate } from "../src/tenant-gate.ts";
import { World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const WHATSAPP = {
  kind: "whatsapp",
  config: { phoneNumberId: "106540352242922", wabaId: "102290129340398", apiUrl: "https://vendor.example.com" },
  secrets: { accessToken: "EAAG-token", appSecrets: ["s".repeat(32)], verifyTokens: ["v".repeat(16)] },
};

type Sent = {
  to?: string;
  status?: string;
  typing_indicator?: unknown;
  text?: { body: string };
  interactive?: Interactive;
  biz_opaque_callback_data?: string;
};
type Interactive = { action: { buttons: { reply: { title: string } }[] } };

async function whatsapp(answer: (sent: Sent, call: number) => Response | Promise<Response> = taken) {
  const world = await World.start({}, [], undefined, undefined, WHATSAPP);
  const sends: Sent[] = [];
  const marks: Sent[] = [];
  world.onVendor = async (request) => {
    const body = (await request.json()) as Sent;
    if (body.status === "read") {
      marks.push(body);
      return Response.json({ success: true });
    }
    return await answer(body, sends.push(body));
  };
  return { world, sends, marks };
}

let serial = 0;
const taken = (): Response => Response.json({ messages: [{ id: `wamid.${++serial}` }] });
const outs = async (world: World) => (await world.rows()).filter((row) => row.kind === "out");

describe("a vendor's channel", () => {
  it("shows that the message was read and that somebody is typing, and is not held up by it", async () => {
    const { world, sends, marks } = await whatsapp();
    await world.say("wamid.IN1", "¿Abrís hoy?");
    await world.rest();
    expect(sends).toHaveLength(1);
    await vi.waitFor(() => expect(marks.map((mark) => mark.typing_indicator !== undefined)).toEqual([false, true]));
  });

  it("answers although the vendor's ticks fail", async () => {
    const { world, sends } = await whatsapp();
    const { onVendor } = world;
    world.onVendor = async (request) =>
      (await request.clone().text()).includes('"read"') ? new Response(null, { status: 500 }) : await onVendor(request);
    await world.say("wamid.IN1", "¿Abrís hoy?");
    await world.rest();
    expect(sends).toHaveLength(1);
  });

  it("offers the choices that close an answer as buttons, and the model reads them again", async () => {
    const { world, sends } = await whatsapp();
    world.respond = () => ({ text: "¿Cuándo?\n\n- [ ] Mañana\n- [ ] Tarde" });
    await world.say("wamid.IN1", "¿Me das cita?");
    await world.rest();
    expect(sends[0]?.interactive?.action.buttons.map(({ reply }) => reply.title)).toEqual(["Mañana", "Tarde"]);
    await world.say("wamid.IN2", "¿Qué opciones me diste?");
    await world.rest();
    expect(JSON.stringify(world.modelCalls[1]?.messages)).toContain("- [ ] Mañana\\n- [ ] Tarde");
  });

  it("keeps a message whose fate is unknown until the callback with its id comes, and sends it once", async () => {
    const { world, sends } = await whatsapp((_sent, call) =>
      call === 1 ? Promise.reject(new TypeError("lost")) : taken(),
    );
    await world.say("wamid.IN1", "¿Abrís hoy?");
    await vi.waitFor(async () => expect((await outs(world))[0]?.body.error?.class).toBe("ambiguous"));
    await world.say("wamid.IN2", "¿Y mañana?");
    await vi.waitFor(async () => expect(await outs(world)).toHaveLength(2));
    expect(sends).toHaveLength(1);
    const [messageId = ""] = (sends[0]?.biz_opaque_callback_data ?? "").split(" ");
    expect(messageId).toMatch(/^msg_/);
    await world.stub.accept({
      ...world.arrival(),
      statuses: [{ messageId, providerId: "wamid.LOST", state: "delivered", at: Date.now() }],
    });
    await world.rest();
    expect((await outs(world)).map((row) => row.state)).toEqual(["delivered", "sent"]);
    expect(sends).toHaveLength(2);
  });

  it("has no doubt about a message that was never on its way when the process died", async () => {
    const { world, sends } = await whatsapp();
    const gate = vi.spyOn(TenantGate.prototype, "sendSlot").mockReturnValue(new Promise(() => undefined));
    await world.say("wamid.IN1", "¿Abrís hoy?");
    await vi.waitFor(() => expect(gate).toHaveBeenCalled());
    expect((await outs(world)).map((row) => row.state)).toEqual(["queued"]);
    await world.lose();
    gate.mockRestore();
    await world.stub.poke({ tenantId: world.tenantId });
    await world.rest();
    expect((await outs(world)).map((row) => row.state)).toEqual(["sent"]);
    expect(sends).toHaveLength(1);
  });

  it("answers after a take-over what was still waiting for its turn to be sent, and only once", async () => {
    const { world, sends } = await whatsapp();
    const gate = vi.spyOn(TenantGate.prototype, "sendSlot").mockReturnValue(new Promise(() => undefined));
    await world.say("wamid.IN1", "¿Abrís hoy?");
    await vi.waitFor(() => expect(gate).toHaveBeenCalled());
    await world.stub.takeOver({ tenantId: world.tenantId, memberId: "mem_1" });
    gate.mockRestore();
    expect((await outs(world)).map((row) => row.state)).toEqual(["dropped"]);
    await world.lose();
    await world.stub.handBack({ tenantId: world.tenantId, by: "mem_1" });
    await world.rest();
    expect((await outs(world)).map((row) => row.state)).toEqual(["dropped", "sent"]);
    expect(sends).toHaveLength(1);
  });

  it("does not take the echo of its own message for a person's, and a person's for what it is", async () => {
    const { world, sends } = await whatsapp();
    await world.say("wamid.IN1", "¿Abrís hoy?");
    await world.rest();
    const [sent] = await outs(world);
    const echo = (externalId: string, text: string) =>
      world.stub.accept(world.arrival({ kind: "human_echo", externalId, at: Date.now(), text }));
    await echo(sent?.body.providerId ?? "", "echo: ¿Abrís hoy?");
    await world.say("wamid.IN2", "¿Y mañana?");
    await world.rest();
    expect(sends).toHaveLength(2);
    await echo("wamid.PERSON", "Sí, te atiendo yo");
    await world.say("wamid.IN3", "¡Gracias!");
    await world.rest();
    expect(sends).toHaveLength(2);
    expect((await world.stub.view({ tenantId: world.tenantId, afterSeq: 0, limit: 1 })).owner.type).toBe("human");
  });

  it("knows the echo of a message whose sending has not been answered yet", async () => {
    let open = (): void => undefined;
    const answered = new Promise<void>((resolve) => (open = resolve));
    const { world, sends } = await whatsapp(async () => (await answered, taken()));
    await world.say("wamid.IN1", "¿Abrís hoy?");
    await vi.waitFor(() => expect(sends).toHaveLength(1));
    const echo = { kind: "human_echo", externalId: "wamid.EARLY", at: Date.now(), text: "echo: ¿Abrís hoy?" } as const;
    await world.stub.accept(world.arrival(echo));
    open();
    await world.rest();
    expect((await world.stub.view({ tenantId: world.tenantId, afterSeq: 0, limit: 1 })).owner.type).toBe("ai");
    expect((await outs(world)).map((row) => row.state)).toEqual(["sent"]);
  });

  it("says once, and last, that it will write no more, and writes again when it is asked to", async () => {
    const { world, sends } = await whatsapp();
    const stop = (id: string) =>
      world.arrival({ kind: "opt_out", externalId: id, at: Date.now(), why: "asked", confirm: "es" });
    await world.say("wamid.IN1", "¿Abrís hoy?");
    await world.rest();
    for (const id of ["wamid.S1", "wamid.S1", "wamid.S2"]) await world.stub.accept(stop(id));
    await world.say("wamid.IN2", "¿Y mañana?");
    await world.rest();
    expect(sends.map((sent) => sent.text?.body)).toEqual([
      "echo: ¿Abrís hoy?",
      "No te escribiremos más. Si cambias de idea, escribe ALTA.",
    ]);
    expect((await outs(world)).map((row) => [row.state, row.body.error?.class])).toEqual([
      ["sent", undefined],
      ["sent", undefined],
    ]);
    expect(world.modelCalls).toHaveLength(1);
    await world.stub.accept(world.arrival({ kind: "opt_in", externalId: "wamid.A1", at: Date.now(), why: "asked" }));
    await world.say("wamid.IN3", "¿Y el lunes?");
    await world.rest();
    expect(sends.at(-1)?.text?.body).toContain("¿Y el lunes?");
  });

  it("says nothing to who complained or blocked it", async () => {
    const { world, sends } = await whatsapp();
    await world.say("wamid.IN1", "¿Abrís hoy?");
    await world.rest();
    await world.stub.accept(world.arrival({ kind: "opt_out", externalId: "b1", at: Date.now(), why: "blocked" }));
    await world.rest();
    expect(sends).toHaveLength(1);
  });

  it("writes to nobody who blocked the number, once the vendor has said so", async () => {
    const refusal = { error: { message: "User has stopped", code: 131050 } };
    const { world, sends } = await whatsapp(() => Response.json(refusal, { status: 400 }));
    await world.say("wamid.IN1", "¿Abrís hoy?");
    await world.rest();
    await world.say("wamid.IN2", "¿Y mañana?");
    await world.rest();
    expect(sends).toHaveLength(1);
    expect((await outs(world)).map((row) => [row.state, row.body.error?.class])).toEqual([["failed", "optout"]]);
    expect(world.modelCalls).toHaveLength(1);
  });
});

describe("the pace of an account", () => {
  it("is one bucket for all its conversations", async () => {
    const { world } = await whatsapp();
    const rate = { everyMs: 1_000, burst: 2 };
    const waits = [];
    for (let i = 0; i < 4; i++) waits.push((await world.gate.sendSlot({ channelId: world.channelId, rate })).waitMs);
    expect(waits.slice(0, 2)).toEqual([0, 0]);
    expect(waits[2]).toBeGreaterThan(0);
    expect(waits[3]).toBeGreaterThan(waits[2] ?? 0);
    expect(await world.gate.sendSlot({ channelId: "chn_other", rate })).toEqual({ waitMs: 0 });
  });

  it("is waited for, and nothing is sent twice or out of order meanwhile", async () => {
    const { world, sends } = await whatsapp();
    const rate = { everyMs: 700, burst: 1 };
    await world.gate.sendSlot({ channelId: world.channelId, rate });
    await world.gate.sendSlot({ channelId: world.channelId, rate: { everyMs: 1_500, burst: 1 } });
    await world.say("wamid.IN1", "¿Abrís hoy?");
    await world.rest();
    await world.say("wamid.IN2", "¿Y mañana?");
    await world.rest();
    expect(sends.map((sent) => sent.text?.body)).toEqual(["echo: ¿Abrís hoy?", "echo: ¿Y mañana?"]);
  });
});
