import { channelKvKey } from "@charla/domain/channel-record";
import { revokedKvKey } from "@charla/domain/credential";
import { VIEWER_HEADER, type Viewer } from "@charla/domain/rpc";
import { TOO_FAST_CLOSE, type LiveFrame } from "@charla/domain/webchat";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const ENDED = "conversation.ended";

class Watcher {
  readonly frames: LiveFrame[] = [];
  readonly #socket: WebSocket;
  closed: number | null = null;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.accept();
    socket.addEventListener("close", ({ code }) => {
      this.closed = code;
    });
    socket.addEventListener("message", (event) => {
      if (event.data !== "pong") this.frames.push(JSON.parse(String(event.data)) as LiveFrame);
    });
  }

  send(frame: object): void {
    this.#socket.send(JSON.stringify({ v: 1, ...frame }));
  }

  raw(text: string): void {
    this.#socket.send(text);
  }

  close(): void {
    this.#socket.close();
  }

  async see<T extends LiveFrame["type"]>(
    type: T,
    matches: (frame: Extract<LiveFrame, { type: T }>) => boolean = () => true,
  ): Promise<Extract<LiveFrame, { type: T }>> {
    return await vi.waitFor(
      () => {
        const found = this.frames.find(
          (frame): frame is Extract<LiveFrame, { type: T }> =>
            frame.type === type && matches(frame as Extract<LiveFrame, { type: T }>),
        );
        if (!found) throw new Error(`no ${type} among ${this.frames.map((frame) => frame.type).join()}`);
        return found;
      },
      { timeout: 5000, interval: 10 },
    );
  }
}

const visitor = (world: World, afterSeq = 0): Viewer => ({
  role: "visitor",
  tenantId: world.tenantId,
  channelId: world.channelId,
  channelKind: "webchat",
  agentId: world.agentId,
  agentName: "Ada",
  thread: world.thread,
  contact: { address: world.thread },
  afterSeq,
  demo: false,
});

async function watch(world: World, viewer: Viewer): Promise<Watcher> {
  const response = await world.stub.fetch("https://object/socket", {
    headers: { upgrade: "websocket", [VIEWER_HEADER]: JSON.stringify(viewer) },
  });
  if (!response.webSocket) throw new Error(`no socket: ${response.status}`);
  return new Watcher(response.webSocket);
}

describe("a visitor's socket", () => {
  it("carries a conversation: accepted, the answer, marks, and a repeat that changes nothing", async () => {
    const world = await World.start();
    const chat = await watch(world, visitor(world));
    await chat.see("ready");
    chat.send({ type: "message", id: "c1", text: "What time do you open?" });
    expect(await chat.see("accepted")).toMatchObject({ id: "c1", duplicate: false });
    const answer = await chat.see("message", (frame) => frame.message.role === "agent");
    expect(answer.message.text).toBe("echo: What time do you open?");
    chat.send({ type: "message", id: "c1", text: "What time do you open?" });
    expect(await chat.see("accepted", (frame) => frame.duplicate)).toMatchObject({ id: "c1" });
    chat.send({ type: "seen", seq: answer.message.seq, state: "read" });
    await chat.see("status", (frame) => frame.seq === answer.message.seq && frame.state === "read");
    expect(world.modelCalls).toHaveLength(1);
  });

  it("resumes after the last number it saw, with nothing lost and nothing older", async () => {
    const world = await World.start();
    const first = await watch(world, visitor(world));
    first.send({ type: "message", id: "c1", text: "What time do you open?" });
    const answer = await first.see("message", (frame) => frame.message.role === "agent");
    first.close();
    const away = await watch(world, visitor(world));
    away.send({ type: "message", id: "c2", text: "And on what days?" });
    await away.see("message", (frame) => frame.message.text === "echo: And on what days?");
    const back = await watch(world, visitor(world, answer.message.seq));
    await back.see("message", (frame) => frame.message.text === "echo: And on what days?");
    expect(back.frames.flatMap((frame) => (frame.type === "message" ? [frame.message.text] : []))).toEqual([
      "And on what days?",
      "echo: And on what days?",
    ]);
  });

  it("takes no message that says nothing, and tells by its id which one was refused for good", async () => {
    const world = await World.start();
    const chat = await watch(world, visitor(world));
    const refused: [string, string][] = [
      ["empty", ""],
      ["blank", " \n\u0000"],
      ["long", "x".repeat(16_001)],
      ["huge", "x".repeat(200_000)],
    ];
    for (const [id, text] of refused) chat.send({ type: "message", id, text });
    chat.send({ type: "message", id: "action", text: "yes", action: "nonsense" });
    for (const id of [...refused.map(([id]) => id), "action"])
      expect(await chat.see("error", (frame) => frame.id === id)).toMatchObject({ code: "BAD_FRAME" });
    chat.send({ type: "message", id: "good", text: "Are you\u0000 there?" });
    await chat.see("message", (frame) => frame.message.text === "echo: Are you there?");
    expect(chat.frames.filter(({ type }) => type === "accepted")).toHaveLength(1);
    expect(world.modelCalls).toHaveLength(1);
  });

  it("answers frames it cannot read with an error and stays open", async () => {
    const world = await World.start();
    const chat = await watch(world, visitor(world));
    for (const junk of [
      "",
      "{",
      "[]",
      '{"v":2,"type":"message"}',
      '{"v":1,"type":"message","id":"a b","text":"x"}',
      "\u0000",
      "x".repeat(70_000),
    ])
      chat.raw(junk);
    await vi.waitFor(() => expect(chat.frames.filter((frame) => frame.type === "error")).toHaveLength(7));
    chat.send({ type: "message", id: "ok", text: "Are you still there?" });
    await chat.see("message", (frame) => frame.message.role === "agent");
  });

  it("says whether it resumed completely, and reads no more than that takes", async () => {
    const world = await World.start();
    const first = await watch(world, visitor(world));
    expect((await first.see("ready")).complete).toBe(true);
    first.send({ type: "message", id: "c1", text: "What time do you open?" });
    await first.see("message", (frame) => frame.message.role === "agent");
    const fresh = await watch(world, visitor(world, Number.MAX_SAFE_INTEGER));
    expect((await fresh.see("ready")).complete).toBe(true);
    fresh.send({ type: "history", before: Number.MAX_SAFE_INTEGER, limit: 10, id: "h1" });
    const history = await fresh.see("history");
    expect([history.id, history.more, history.messages.map(({ role }) => role)]).toEqual([
      "h1",
      false,
      ["visitor", "agent"],
    ]);
    expect(fresh.frames.filter(({ type }) => type === "message")).toEqual([]);
  });

  it("ends the conversation once for as often as it is told, and goes on when somebody writes", async () => {
    const world = await World.start();
    const chat = await watch(world, visitor(world));
    chat.send({ type: "end", id: "e0" });
    await chat.see("ended", (frame) => frame.id === "e0");
    chat.send({ type: "message", id: "c1", text: "What time do you open?" });
    await chat.see("message", (frame) => frame.message.role === "agent");
    for (const id of ["e1", "e2"]) chat.send({ type: "end", id });
    await chat.see("ended", (frame) => frame.id === "e2");
    const ends = async () =>
      (await world.rows()).filter((row) => row.kind === "note" && "what" in row.body && row.body.what === ENDED);
    expect(await ends()).toHaveLength(1);
    chat.send({ type: "message", id: "c2", text: "And on what days?" });
    await chat.see("message", (frame) => frame.message.text === "echo: And on what days?");
    chat.send({ type: "end", id: "e3" });
    await chat.see("ended", (frame) => frame.id === "e3");
    expect(await ends()).toHaveLength(2);
  });

  it("is told when it speaks too fast, hears its own refusals by name, and is closed when it goes on all the same", async () => {
    const world = await World.start();
    const chat = await watch(world, visitor(world));
    for (let n = 0; n < 200; n++) chat.send({ type: "history", before: 1, limit: 1, id: `h${n}` });
    const refused = await chat.see("error");
    expect(refused).toMatchObject({ code: "RATE_LIMITED", id: expect.stringMatching(/^h\d+$/) });
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    const patience = { timeout: 20_000, interval: 20 };
    const answered = () => chat.frames.filter(({ type }) => type === "history" || type === "error");
    // The first comes unasked, as the socket opens.
    await vi.waitFor(() => expect(answered()).toHaveLength(1 + 200), patience);
    expect(chat.closed).toBeNull();
    for (let n = 0; n < 2_000; n++) chat.raw("junk");
    await vi.waitFor(() => expect(chat.closed).toBe(TOO_FAST_CLOSE), patience);
    const other = await World.start();
    const calm = await watch(other, visitor(other));
    calm.send({ type: "message", id: "c1", text: "What time do you open?" });
    await calm.see("message", (frame) => frame.message.role === "agent");
  }, 60_000);

  it("is closed when its token has run out, and what it says is not taken", async () => {
    const world = await World.start();
    const chat = await watch(world, { ...visitor(world), expiresAt: Date.now() - 1 });
    await chat.see("ready");
    chat.send({ type: "message", id: "late", text: "What time do you open?" });
    await vi.waitFor(() => expect(chat.closed).toBe(4401));
    expect(chat.frames.map(({ type }) => type)).not.toContain("accepted");
    expect(world.modelCalls).toHaveLength(0);
  });

  it("is closed when its channel is switched off, and keeps the order of what it said before", async () => {
    const world = await World.start();
    const chat = await watch(world, visitor(world));
    await chat.see("ready");
    const key = channelKvKey(world.channelId);
    const route = await env.CONFIG.get<object>(key, "json");
    await env.CONFIG.put(key, JSON.stringify({ ...route, status: "disabled" }));
    chat.send({ type: "message", id: "off", text: "What time do you open?" });
    await vi.waitFor(() => expect(chat.closed).toBe(4404));
    expect(chat.frames.map(({ type }) => type)).not.toContain("accepted");

    const other = await World.start();
    const calm = await watch(other, visitor(other));
    for (let n = 0; n < 20; n++) calm.send({ type: "message", id: `m${n}`, text: `line ${n}` });
    await calm.see("accepted", ({ id }) => id === "m19");
    expect(calm.frames.flatMap((frame) => (frame.type === "accepted" ? [frame.id] : []))).toEqual(
      Array.from({ length: 20 }, (_, n) => `m${n}`),
    );
  });

  it("does not show another tenant's visitor anything", async () => {
    const world = await World.start();
    const chat = await watch(world, visitor(world));
    chat.send({ type: "message", id: "c1", text: "What time do you open?" });
    await chat.see("message", (frame) => frame.message.role === "agent");
    await expect(watch(world, { ...visitor(world), tenantId: "ten_other" })).rejects.toThrow("404");
    await expect(watch(world, { role: "operator", tenantId: "ten_other", memberId: "m", afterSeq: 0 })).rejects.toThrow(
      "404",
    );
  });
});

describe("an operator's live view", () => {
  it.each([
    ["its key was revoked", {}, true],
    ["its session has run out", { expiresAt: Date.now() - 1 }, false],
  ])("is closed by the next thing that happens when %s", async (_, change, revoked) => {
    const world = await World.start();
    await world.say("c1", "What time do you open?");
    await world.rest();
    const credential = `api_key:${world.tenantId}`;
    const viewer = { role: "operator", tenantId: world.tenantId, memberId: "m", afterSeq: 0, credential } as const;
    const other = await watch(world, { ...viewer, credential: "api_key:another" });
    const desk = await watch(world, { ...viewer, ...change });
    await desk.see("snapshot");
    if (revoked) await env.CONFIG.put(revokedKvKey(credential), "1");
    await world.say("c2", "And on what days?");
    await vi.waitFor(() => expect(desk.closed).toBe(4401), { timeout: 10_000 });
    await world.rest();
    await world.say("c3", "And at noon?");
    await other.see("row", (frame) => frame.row.kind === "in" && JSON.stringify(frame.row).includes("And at noon?"));
    expect(JSON.stringify(desk.frames)).not.toContain("And at noon?");
    expect(other.closed).toBeNull();
  });

  it("shows the log as it is and every change of it", async () => {
    const world = await World.start();
    const chat = await watch(world, visitor(world));
    chat.send({ type: "message", id: "c1", text: "What time do you open?" });
    await chat.see("message", (frame) => frame.message.role === "agent");
    const desk = await watch(world, { role: "operator", tenantId: world.tenantId, memberId: "mem_1", afterSeq: 0 });
    expect((await desk.see("snapshot")).rows.map((row) => row.kind)).toEqual(
      expect.arrayContaining(["in", "turn", "step", "out"]),
    );
    chat.send({ type: "message", id: "c2", text: "And on what days?" });
    await desk.see("row", (frame) => frame.row.kind === "turn" && frame.row.state === "open");
    await desk.see("row", (frame) => frame.row.kind === "turn" && frame.row.state === "done");
    await world.stub.takeOver({ tenantId: world.tenantId, memberId: "mem_1" });
    expect(await chat.see("owner")).toMatchObject({ owner: "human" });
  });

  it("goes on after the number it is given, page by page, and without one begins near the end", async () => {
    const world = await World.start();
    const operator = (afterSeq: number): Viewer => ({
      role: "operator",
      tenantId: world.tenantId,
      memberId: "mem_1",
      afterSeq,
    });
    const chat = await watch(world, visitor(world));
    chat.send({ type: "message", id: "c1", text: "What time do you open?" });
    await chat.see("message", (frame) => frame.message.role === "agent");
    await world.stub.takeOver({ tenantId: world.tenantId, memberId: "mem_1" });
    const lines = Array.from({ length: 600 }, (_, n) => ({
      kind: "message" as const,
      externalId: `line-${n}`,
      at: Date.now(),
      text: `line ${n}`,
    }));
    await world.stub.accept(world.arrival(...lines));
    const seqs = (await world.rows()).map(({ seq }) => seq);
    const last = seqs.at(-1) ?? 0;

    const fresh = await (await watch(world, operator(0))).see("snapshot");
    expect([fresh.after, fresh.rows[0]?.seq, fresh.rows.at(-1)?.seq, fresh.more]).toEqual([
      last - 500,
      last - 499,
      last,
      false,
    ]);

    const desk = await watch(world, operator(5));
    const got = new Set<number>();
    for (let after = 5, more = true; more;) {
      const from = after;
      const page = await desk.see("snapshot", (frame) => frame.after === from);
      for (const { seq } of page.rows) got.add(seq);
      ({ more } = page);
      after = page.rows.at(-1)?.seq ?? last;
      if (more) desk.send({ type: "rows", after });
    }
    expect([...got]).toEqual(seqs.filter((seq) => seq > 5));
    // What it already has may have changed since.
    expect(desk.frames.flatMap((frame) => (frame.type === "row" ? [frame.row.seq] : []))).toEqual(
      seqs.filter((seq) => seq <= 5),
    );
    const upToDate = await (await watch(world, operator(last))).see("snapshot");
    expect([upToDate.rows, upToDate.more]).toEqual([[], false]);
  });
});
