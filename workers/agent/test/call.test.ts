import { CALL_HEADER, type CallMoment, type CallStep } from "@charla/domain/call";
import type { LogRow, OutRow } from "@charla/domain/log";
import type { ToolsRpc } from "@charla/domain/rpc";
import { type AgentSettings, type ResolvedTool, TurnLimits } from "@charla/domain/release";
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { lastUser, newIds, World } from "./world.ts";

const SID = `CA${"7".repeat(32)}`;
const ACCOUNT = `AC${"1".repeat(32)}`;
const SESSION = `VX${"2".repeat(32)}`;
const GREETING = "Hello, Lily's.";
const FAST = {
  silenceSeconds: 1,
  silences: 1,
  fillerAfterMs: 200,
  stillThere: "Hm?",
  goodbye: "Bye.",
  filler: "Wait.",
};

type Frame = { type: string; token?: string; last?: boolean; handoffData?: string; ttsLanguage?: string };

const LIMITS = TurnLimits.parse({});
const SLOW: ResolvedTool = {
  name: "stock",
  kind: "http_get_json",
  description: "How many are left",
  inputSchema: { type: "object", properties: {} },
  effect: "read",
  timeoutMs: 10_000,
  config: {},
};

afterEach(() => {
  vi.restoreAllMocks();
});

async function begin(
  config: Record<string, string | number | boolean | Record<string, string>[]> = {},
  settings: Partial<AgentSettings> = {},
  tools: ResolvedTool[] = [],
): Promise<World> {
  const channel = {
    kind: "voice",
    config: { accountSid: ACCOUNT, phoneNumber: "+34911000000", language: "en-US", greeting: GREETING, ...config },
    secrets: { authTokens: ["f".repeat(32)] },
  };
  const world = await World.start(settings, tools, undefined, { ...newIds(), thread: SID }, channel);
  const call = { kind: "call", externalId: SID, at: Date.now(), direction: "inbound", from: "+34600", to: "+34911" };
  await world.stub.accept(world.arrival({ ...call, kind: "call" }));
  return world;
}

const step = (world: World, moment: CallMoment): Promise<CallStep> =>
  world.stub.callStep({ tenantId: world.tenantId, callId: SID, moment });

/** The vendor's end of the socket. */
class Phone {
  readonly frames: Frame[] = [];
  closed: number | undefined;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.accept();
    socket.addEventListener("message", (event) => {
      this.frames.push(JSON.parse(String(event.data)) as Frame);
    });
    socket.addEventListener("close", (event) => {
      this.closed = event.code;
    });
  }

  setup(change: Record<string, string> = {}): void {
    const from = { from: "+34600", to: "+34911", direction: "inbound", callStatus: "RINGING" };
    this.send({ type: "setup", sessionId: SESSION, accountSid: ACCOUNT, callSid: SID, ...from, ...change });
  }

  say(text: string, lang = "en-US"): void {
    this.send({ type: "prompt", voicePrompt: text, lang, last: true });
  }

  interrupt(heard: string): void {
    this.send({ type: "interrupt", utteranceUntilInterrupt: heard, durationUntilInterruptMs: 400 });
  }

  press(digit: string): void {
    this.send({ type: "dtmf", digit });
  }

  send(frame: unknown): void {
    this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  hangUp(): void {
    this.#socket.close(1000);
  }

  get spoken(): string {
    return this.frames.map(({ token = "", last }) => token + (last ? "|" : "")).join("");
  }

  hears(text: string): Promise<void> {
    return vi.waitFor(() => expect(this.spoken).toContain(text), { timeout: 8_000, interval: 10 });
  }

  ended(): Promise<Frame> {
    return vi.waitFor(
      () => {
        const end = this.frames.find(({ type }) => type === "end");
        if (!end) throw new Error(`no end in ${this.spoken}`);
        return end;
      },
      { timeout: 10_000, interval: 10 },
    );
  }
}

async function knock(world: World, ticket: string): Promise<Response> {
  const entry = { tenantId: world.tenantId, callId: SID, ticket };
  return await world.stub.fetch("https://object/call", {
    headers: { upgrade: "websocket", [CALL_HEADER]: JSON.stringify(entry) },
  });
}

async function open(world: World, moment: CallMoment = { kind: "incoming" }): Promise<Phone> {
  const next = await step(world, moment);
  if (next.do !== "open_line") throw new Error(`no line: ${next.do}`);
  const { webSocket } = await knock(world, next.ticket);
  if (!webSocket) throw new Error("no socket");
  const phone = new Phone(webSocket);
  phone.setup();
  return phone;
}

const outs = async (world: World): Promise<OutRow[]> =>
  (await world.rows()).filter((row: LogRow): row is OutRow => row.kind === "out");
const said = async (world: World): Promise<string[]> =>
  (await outs(world)).map(({ body, state }) => `${body.author.type} ${state}: ${body.text}`);
const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 8_000, interval: 20 });
const DROPPED: CallMoment = { kind: "line_ended", status: "failed", over: false, seconds: 2 };
const ENDED: CallMoment = { ...DROPPED, status: "ended" };

describe("a call", () => {
  it("is greeted by the vendor, and answered in pieces as they are written", async () => {
    const world = await begin();
    expect(await step(world, { kind: "incoming" })).toMatchObject({ do: "open_line", say: [GREETING] });
    world.respond = () => ({ text: "**Yes**, we have roses and lilies today" });
    const phone = await open(world);
    phone.say("Do you have roses?");
    await phone.hears("Yes, we have roses and lilies today.|");
    expect(phone.frames.filter(({ type }) => type === "text").length).toBeGreaterThan(3);
    expect(phone.spoken).not.toContain(GREETING);
    await eventually(async () =>
      expect(await said(world)).toEqual([
        `system delivered: ${GREETING}`,
        "ai delivered: **Yes**, we have roses and lilies today",
      ]),
    );
    expect(world.modelCalls[0]?.messages.at(-1)?.content).toBe("Do you have roses?");
    expect(world.modelCalls[0]?.messages[0]?.content).toContain("on the telephone");
  });

  it("lets a ticket in once, and nobody else", async () => {
    const world = await begin();
    const next = await step(world, { kind: "incoming" });
    const ticket = next.do === "open_line" ? next.ticket : "";
    expect((await knock(world, "x".repeat(32))).status).toBe(403);
    expect((await knock(world, ticket)).status).toBe(101);
    expect((await knock(world, ticket)).status).toBe(403);
    const elsewhere = { tenantId: "ten_other", callId: SID, ticket };
    const headers = { upgrade: "websocket", [CALL_HEADER]: JSON.stringify(elsewhere) };
    expect((await world.stub.fetch("https://object/call", { headers })).status).toBe(404);
  });

  it("is shut where the socket is of another call or another account", async () => {
    const changes: Record<string, string>[] = [
      { callSid: `CA${"8".repeat(32)}` },
      { accountSid: `AC${"9".repeat(32)}` },
    ];
    for (const change of changes) {
      const world = await begin();
      const next = await step(world, { kind: "incoming" });
      const { webSocket } = await knock(world, next.do === "open_line" ? next.ticket : "");
      if (!webSocket) throw new Error("no socket");
      const phone = new Phone(webSocket);
      phone.setup(change);
      await vi.waitFor(() => expect(phone.closed).toBe(1008));
      expect(await outs(world)).toEqual([]);
    }
  });

  it.each([
    ["too much at once", (phone: Phone) => Array.from({ length: 400 }, () => phone.send({ type: "noise" })), 1008],
    ["a frame that is too large", (phone: Phone) => phone.send("x".repeat(70_000)), 1009],
  ])("is shut for %s", async (_, abuse, code) => {
    const world = await begin();
    const phone = await open(world);
    abuse(phone);
    await vi.waitFor(() => expect(phone.closed).toBe(code), { timeout: 5_000 });
  });

  it("goes on after junk", async () => {
    const world = await begin();
    const phone = await open(world);
    for (const junk of ["", "{", "[]", "null", '{"type":"mood"}', '{"type":"prompt"}']) phone.send(junk);
    phone.say("Are you there?");
    await phone.hears("echo: Are you there?|");
  });
});

describe("somebody who breaks in", () => {
  it("cuts the stored answer to what was heard", async () => {
    const world = await begin();
    world.respond = () => ({ text: "We open on Monday, on Tuesday and on Friday." });
    const phone = await open(world);
    phone.say("When do you open?");
    await phone.hears("Friday.|");
    phone.interrupt("We open on Monday on");
    world.respond = () => ({ text: "Until two." });
    phone.say("Until when on Monday?");
    await phone.hears("Until two.|");
    await eventually(async () => expect(await said(world)).toContain("ai delivered: We open on Monday, on"));
    const heard = (await outs(world)).find(({ body }) => body.text.startsWith("We open"));
    expect(heard?.body.cutFrom).toBe("We open on Monday, on Tuesday and on Friday.".length);
    expect(JSON.stringify(world.modelCalls.at(-1)?.messages)).toContain('We open on Monday, on"');
  });

  it("stops the model, and what was heard until then is the answer", async () => {
    const world = await begin();
    world.respond = () => ({ text: "We have roses, lilies and more ", stalls: true });
    const phone = await open(world);
    phone.say("What flowers do you have?");
    await phone.hears("lilies and");
    phone.interrupt("We have roses");
    world.respond = (request) => ({ text: `echo: ${lastUser(request)}` });
    await eventually(async () => expect(await said(world)).toContain("ai delivered: We have roses,"));
    phone.say("How much are the roses?");
    await phone.hears("echo: How much are the roses?|");
    expect(world.modelCalls).toHaveLength(2);
    expect((await world.rest()).filter((row) => row.kind === "turn" && row.state !== "done")).toEqual([]);
  });
});

describe("a call in which", () => {
  it("nobody speaks is asked twice at most, and ended with a goodbye that is heard to its end", async () => {
    const world = await begin(FAST);
    const phone = await open(world);
    await phone.hears("Hm?|");
    expect(JSON.parse((await phone.ended()).handoffData ?? "")).toMatchObject({ reasonCode: "silence" });
    expect(phone.spoken).not.toContain("Bye.");
    expect(await step(world, ENDED)).toEqual({ do: "hang_up", language: "en-US", say: ["Bye."] });
    expect(await said(world)).toContain("system delivered: Bye.");
  });

  it("a tool takes its time gets a filler, which is no part of the conversation", async () => {
    const world = await begin(FAST, {}, [SLOW]);
    const tools: ToolsRpc = env.TOOLS;
    vi.spyOn(tools, "run").mockImplementation(async () => {
      await vi.waitFor(() => expect(phone.spoken).toContain("Wait.|"), { timeout: 5_000, interval: 10 });
      return { status: "ok", output: { stock: 3 }, ms: 1 };
    });
    world.respond = (_, call) => (call === 0 ? { calls: [{ name: "stock", args: {} }] } : { text: "Three are left." });
    const phone = await open(world);
    phone.say("How many are left?");
    await phone.hears("Wait.|Three are left.|");
    expect((await said(world)).join()).not.toContain("Wait.");
  });

  it("the socket breaks goes on: what was not heard is said again, what was heard is not", async () => {
    const world = await begin();
    const first = await open(world);
    first.say("What time do you open?");
    await first.hears("echo: What time do you open?|");
    await eventually(async () => expect(await said(world)).toContain("ai delivered: echo: What time do you open?"));
    world.respond = () => ({ text: "We open on Monday, on Tuesday and on Friday, from nine to two." });
    first.say("And on what days?");
    await first.hears("We open on");
    first.hangUp();
    const again = await open(world, DROPPED);
    await again.hears("We open on Monday, on Tuesday and on Friday, from nine to two.|");
    expect(again.spoken).not.toContain("echo:");
    expect((await world.rows()).flatMap((row) => (row.kind === "in" ? [row.body.call?.sessions] : []))[0]).toBe(2);
  });

  it("a person takes over is ended at once, and goes on with that person", async () => {
    const world = await begin({ handOverNumber: "+34600999888" });
    world.respond = () => ({ text: "We have roses, lilies and more ", stalls: true });
    const phone = await open(world);
    phone.say("What flowers do you have?");
    await phone.hears("We have roses");
    await world.stub.takeOver({ tenantId: world.tenantId, memberId: "ana" });
    expect(JSON.parse((await phone.ended()).handoffData ?? "")).toMatchObject({ reasonCode: "live-agent-handoff" });
    const frames = phone.frames.length;
    phone.say("Hello? Is anybody there?");
    expect(await step(world, ENDED)).toMatchObject({ do: "dial", number: "+34600999888", say: [] });
    expect(await step(world, { kind: "dialled", status: "no-answer" })).toMatchObject({ do: "open_line", say: [] });
    expect(phone.frames).toHaveLength(frames);
    expect((await outs(world)).filter(({ body, state }) => body.author.type === "ai" && state !== "dropped")).toEqual(
      [],
    );
  });

  it("a person takes over without a telephone is spoken to in writing, and by nobody else", async () => {
    const world = await begin(FAST);
    const phone = await open(world);
    await world.stub.takeOver({ tenantId: world.tenantId, memberId: "ana" });
    const line = phone.frames.some(({ type }) => type === "end") ? await open(world, ENDED) : phone;
    line.say("Is anybody there?");
    await world.stub.sendAsHuman({ tenantId: world.tenantId, memberId: "ana", text: "Yes, **me**.", clientId: "m1" });
    await line.hears("Yes, me.|");
    expect(line.spoken).toBe("Yes, me.|");
    expect(world.modelCalls).toEqual([]);
  });

  it("the object sleeps while a person thinks goes on with their words, and with what the caller says next", async () => {
    const world = await begin(FAST);
    const phone = await open(world);
    phone.say("What time do you open?");
    await phone.hears("echo: What time do you open?|");
    await eventually(async () => expect(await said(world)).toContain("ai delivered: echo: What time do you open?"));
    await world.stub.takeOver({ tenantId: world.tenantId, memberId: "ana" });
    await evictDurableObject(world.stub);
    await world.stub.sendAsHuman({ tenantId: world.tenantId, memberId: "ana", text: "At nine.", clientId: "m1" });
    await phone.hears("At nine.|");
    await eventually(async () => expect(await said(world)).toContain("human delivered: At nine."));
    await evictDurableObject(world.stub);
    phone.say("Thank you very much!");
    await eventually(async () =>
      expect(
        (await world.rows()).flatMap((row) => (row.kind === "in" ? [`${row.body.event.externalId} ${row.state}`] : [])),
      ).toContain(`${SESSION}.2 held`),
    );
    expect(phone.spoken.split("At nine.|")).toHaveLength(2);
  });

  it("the agent fails hands the caller over with the apology", async () => {
    const world = await begin({ handOverNumber: "+34600999888" }, { limits: { ...LIMITS, modelAttempts: 1 } });
    world.respond = () => ({ status: 401 });
    const phone = await open(world);
    phone.say("What time do you open?");
    await phone.ended();
    const next = await step(world, ENDED);
    expect(next).toMatchObject({ do: "dial", number: "+34600999888" });
    expect(next.do === "dial" ? next.say.join() : "").toContain("I am sorry");
    expect(phone.spoken).not.toContain("sorry");
  });

  it("keys are pressed is told them together; some keys mean something by themselves", async () => {
    const world = await begin({
      languages: [{ code: "es-ES", key: "2" }],
      handOverNumber: "+34600999888",
      handOverKey: "0",
    });
    const phone = await open(world);
    for (const key of "417#") phone.press(key);
    await phone.hears("echo: 417.|");
    phone.press("2");
    await vi.waitFor(() =>
      expect(phone.frames).toContainEqual({ type: "language", ttsLanguage: "es-ES", transcriptionLanguage: "es-ES" }),
    );
    phone.press("0");
    await phone.ended();
    expect(await step(world, ENDED)).toMatchObject({
      do: "dial",
      language: "es-ES",
      say: [expect.stringContaining("Le paso")],
    });
    expect(await step(world, { kind: "dialled", status: "busy" })).toMatchObject({
      do: "open_line",
      language: "es-ES",
    });
  });

  it("another language is spoken changes to it, where the account has it", async () => {
    const world = await begin({ languages: [{ code: "es-ES" }], detectLanguage: true });
    const phone = await open(world);
    phone.say("¿Tienen rosas?", "es");
    await phone.hears("echo: ¿Tienen rosas?|");
    expect(phone.frames[0]).toEqual({ type: "language", ttsLanguage: "es-ES" });
    phone.say("Avez-vous des roses?", "fr-FR");
    await phone.hears("echo: Avez-vous des roses?|");
    expect(phone.frames.filter(({ type }) => type === "language")).toHaveLength(1);
  });

  it("is over is recorded once, by the vendor's own count", async () => {
    const world = await begin({ microsPerMinute: 140_000 });
    const phone = await open(world);
    phone.say("What time do you open?");
    await phone.hears("echo: What time do you open?|");
    phone.hangUp();
    expect(await step(world, { kind: "line_ended", status: "completed", over: true, seconds: 3 })).toEqual({
      do: "nothing",
    });
    expect(await step(world, { kind: "over", status: "completed", seconds: 61 })).toEqual({ do: "nothing" });
    expect(await step(world, { kind: "incoming" })).toMatchObject({ do: "hang_up" });
    const [call] = (await world.rows()).flatMap((row) => (row.kind === "in" && row.body.call ? [row.body.call] : []));
    expect(call).toMatchObject({ state: "over", seconds: 61, lineMicros: 280_000, ending: "completed", sessions: 1 });
    expect(call?.modelMicros).toBeGreaterThan(0);
  });
});

describe("a call without a socket", () => {
  const TURNS = { ...FAST, mode: "gather" };

  async function tell(world: World, n: number, text: string): Promise<CallStep> {
    const message = { kind: "message", externalId: `${SID}.${n}`, at: Date.now(), text, spoken: true } as const;
    await world.stub.accept(world.arrival(message));
    return await step(world, { kind: "said", n });
  }

  it("is a question and an answer at a time, and the same question has the same answer", async () => {
    const world = await begin(TURNS);
    const greeted = { do: "listen", n: 1, language: "en-US", say: [GREETING] };
    expect(await step(world, { kind: "incoming" })).toEqual(greeted);
    expect(await step(world, { kind: "incoming" })).toEqual(greeted);
    const answered = { do: "listen", n: 2, language: "en-US", say: ["echo: What time do you open?"] };
    expect(await tell(world, 1, "What time do you open?")).toEqual(answered);
    expect(await tell(world, 1, "What time do you open?")).toEqual(answered);
    expect(world.modelCalls).toHaveLength(1);
    expect(await step(world, { kind: "silent", n: 2 })).toMatchObject({ do: "listen", n: 3, say: ["Hm?"] });
    expect(await step(world, { kind: "silent", n: 3 })).toMatchObject({ do: "hang_up", say: ["Bye."] });
  });

  it("asks again while the model thinks", async () => {
    const world = await begin(TURNS);
    await step(world, { kind: "incoming" });
    let ready = false;
    world.respond = async () => {
      await vi.waitFor(() => expect(ready).toBe(true), { timeout: 15_000, interval: 20 });
      return { text: "At nine." };
    };
    expect(await tell(world, 1, "What time do you open?")).toMatchObject({ do: "wait", n: 1, say: ["Wait."] });
    const again = step(world, { kind: "polled", n: 1 });
    ready = true;
    expect(await again).toMatchObject({ do: "listen", n: 2, say: ["At nine."] });
  });

  it("is put through to the person who took over", async () => {
    const world = await begin({ ...TURNS, handOverNumber: "+34600999888" });
    await step(world, { kind: "incoming" });
    await world.stub.takeOver({ tenantId: world.tenantId, memberId: "ana" });
    expect(await tell(world, 1, "Hello?")).toMatchObject({ do: "dial", number: "+34600999888", say: [] });
    expect(await step(world, { kind: "dialled", status: "completed" })).toMatchObject({ do: "hang_up" });
  });
});
