import { afterEach, describe, expect, it, vi } from "vitest";
import type { Conversation } from "../src/conversation.ts";
import { resolveTools } from "@charla/tools/resolve";
import { lastUser, World } from "./world.ts";

const calculator = resolveTools([{ name: "calculator", kind: "calculator", config: {} }]);

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the owner", () => {
  it("lets nothing automatic leave after a person took over while the answer was being made", async () => {
    const world = await World.start();
    let answer: (() => void) | undefined;
    world.respond = () => new Promise((resolve) => (answer = () => resolve({ text: "too late" })));
    await world.say("m1", "Can somebody help me?");
    await vi.waitFor(() => expect(world.modelCalls).toHaveLength(1));
    expect(await world.stub.takeOver({ tenantId: world.tenantId, memberId: "mem_1" })).toEqual({
      owner: { type: "human", memberId: "mem_1" },
    });
    answer?.();
    await world.say("m2", "Hello, is anybody there?");
    const rows = await world.rows();
    expect(world.callbacks).toEqual([]);
    expect(rows.filter((row) => row.kind === "in").map((row) => row.state)).toEqual(["held", "held"]);
  });

  it("sends what a member writes, once per client id, and refuses another member", async () => {
    const world = await World.start();
    await world.say("m1", "Can somebody help me?");
    await world.rest();
    const say = (memberId: string, clientId: string) =>
      world.stub.sendAsHuman({ tenantId: world.tenantId, memberId, text: "I am here.", clientId });
    const first = await say("mem_1", "c1");
    expect(await say("mem_1", "c1")).toMatchObject({ id: first.id, duplicate: true });
    const other = { tenantId: world.tenantId, memberId: "mem_2", text: "Me too.", clientId: "c2" };
    expect(await world.refused((object) => object.sendAsHuman(other))).toMatchObject({ code: "CONFLICT" });
    await world.rest();
    expect(world.callbacks.map((callback) => callback.text)).toEqual(["echo: Can somebody help me?", "I am here."]);
  });

  it("is not taken from a person by a pause that ends sooner than they hand back", async () => {
    const world = await World.start();
    await world.say("m1", "Can somebody help me?");
    await world.rest();
    const { tenantId } = world;
    const pause = (until: number, by = "mem_1") =>
      world.refused((object) => object.pauseUntil({ tenantId, until, by }));
    await world.stub.takeOver({ tenantId, memberId: "mem_1" });
    expect(await pause(Date.now() + 60_000)).toMatchObject({ code: "CONFLICT" });
    const until = Date.now() + 600_000;
    await world.stub.takeOver({ tenantId, memberId: "mem_1", until });
    expect(await pause(until - 1)).toMatchObject({ code: "CONFLICT" });
    expect(await pause(until + 1, "mem_2")).toMatchObject({ code: "CONFLICT" });
    expect(await world.stub.pauseUntil({ tenantId, until: until + 1, by: "mem_1" })).toMatchObject({
      owner: { type: "paused", until: until + 1 },
    });
  });

  it("gives the agent, on hand-back, what nobody answered and not what the person did", async () => {
    const world = await World.start();
    await world.say("m0", "Is this the bike shop?");
    await world.rest();
    await world.stub.takeOver({ tenantId: world.tenantId, memberId: "mem_1" });
    await world.say("m1", "Can I pay by card?");
    await world.stub.sendAsHuman({
      tenantId: world.tenantId,
      memberId: "mem_1",
      text: "Yes, you can.",
      clientId: "c1",
    });
    await world.say("m2", "And when do you close?");
    await world.stub.handBack({ tenantId: world.tenantId, by: "mem_1" });
    await world.rest();
    expect(world.callbacks.at(-1)?.text).toBe("echo: And when do you close?");
    expect(world.callbacks).toHaveLength(3);
    expect(JSON.stringify(world.modelCalls.at(-1)?.messages)).toContain("Yes, you can.");
  });

  it("says once what a member sent twice at the same moment, and both hear where it stands", async () => {
    const world = await World.start();
    let onTheWire = true;
    world.onCallback = async () => {
      while (onTheWire) await new Promise((resolve) => setTimeout(resolve, 5));
      return new Response("{}");
    };
    await world.say("m1", "Is this the bike shop?");
    await vi.waitFor(() => expect(world.callbacks).toHaveLength(1));
    const message = { tenantId: world.tenantId, memberId: "mem_1", text: "Yes, it is.", clientId: "c1" };
    const both = Promise.all([world.stub.sendAsHuman(message), world.stub.sendAsHuman(message)]);
    await vi.waitFor(async () => expect((await world.rows()).some((row) => row.kind === "note")).toBe(true));
    onTheWire = false;
    const [first, second] = await both;
    expect([first.duplicate, second.duplicate].toSorted()).toEqual([false, true]);
    expect(second.seq).toBe(first.seq);
    const said = (await world.rows()).find((row) => row.seq === first.seq);
    expect(said?.kind === "out" && said.body.text).toBe("Yes, it is.");
  });

  it("takes for the answer what may have left when the process died, and gives no second one after the hand-back", async () => {
    const world = await World.start();
    world.onCallback = () => new Promise<Response>(() => undefined);
    await world.say("m1", "Can somebody help me?");
    await vi.waitFor(() => expect(world.callbacks).toHaveLength(1));
    await world.lose();
    world.onCallback = () => new Response("{}");
    await world.stub.takeOver({ tenantId: world.tenantId, memberId: "mem_1" });
    await world.stub.handBack({ tenantId: world.tenantId, by: "mem_1" });
    const rows = await world.rest();
    expect(rows.filter((row) => row.kind === "out").map((row) => row.state)).toEqual(["unknown"]);
    expect(world.callbacks).toHaveLength(1);
    expect(world.modelCalls).toHaveLength(1);
  });

  it.each(["while the model phrases the result", "while the answer waits to be sent"])(
    "runs no tool again that ran before the take-over: %s",
    async (when) => {
      const world = await World.start({}, calculator);
      const thinking = when.includes("model");
      world.respond = (request, call) => {
        if (call === 0) return { calls: [{ name: "calculator", args: { expression: "12.5 * 4" } }] };
        if (call === 1 && thinking) return new Promise(() => undefined);
        return { text: `It is ${JSON.stringify(request.messages.findLast(({ role }) => role === "tool")?.content)}` };
      };
      world.onCallback = () => new Response("{}", { status: world.modelCalls.length > 2 ? 200 : 503 });
      await world.say("m1", "What is 12.5 times 4?");
      await vi.waitFor(() => expect(thinking ? world.modelCalls : world.callbacks).toHaveLength(thinking ? 2 : 1));
      await world.stub.takeOver({ tenantId: world.tenantId, memberId: "mem_1" });
      await world.lose();
      await world.stub.handBack({ tenantId: world.tenantId, by: "mem_1" });
      await world.say("m2", "And are you open today?");
      const rows = await world.rest();
      expect(rows.filter((row) => row.kind === "step" && row.body.type === "tool")).toHaveLength(1);
      const sent = rows.filter((row) => row.kind === "out" && row.state === "sent");
      expect(JSON.stringify(sent[0]?.body)).toContain("50");
      expect(sent.flatMap((row) => (row.kind === "out" ? row.body.inReplyTo : []))).toEqual(["m1", "m2"]);
    },
  );

  it("ends a pause by itself", async () => {
    const world = await World.start();
    await world.say("m1", "Is this the bike shop?");
    await world.rest();
    await world.stub.pauseUntil({ tenantId: world.tenantId, until: Date.now() + 600, by: "mem_1" });
    await world.say("m2", "Are you still there?");
    expect(world.modelCalls).toHaveLength(1);
    await vi.waitFor(() => expect(world.callbacks.at(-1)?.text).toBe("echo: Are you still there?"), { timeout: 8000 });
  });

  it("answers as if it did not exist when another tenant asks", async () => {
    const world = await World.start();
    await world.say("m1", "Is this the bike shop?");
    await world.rest();
    const tenantId = "ten_other";
    const calls: ((object: Conversation) => Promise<unknown>)[] = [
      (object) => object.view({ tenantId, afterSeq: 0, limit: 10 }),
      (object) => object.takeOver({ tenantId, memberId: "m" }),
      (object) => object.sendAsHuman({ tenantId, memberId: "m", text: "x", clientId: "y" }),
      (object) => object.replay({ tenantId, seq: 1, by: "m" }),
      (object) => object.chatMessages({ tenantId, afterSeq: 0, limit: 10 }),
    ];
    for (const call of calls) expect(await world.refused(call)).toMatchObject({ code: "NOT_FOUND" });
    expect(lastUser(world.modelCalls[0] ?? { messages: [] })).toBe("Is this the bike shop?");
  });
});
