import type { NoteRow, StepRow } from "@charla/domain/log";
import { TurnLimits } from "@charla/domain/release";
import { afterEach, describe, expect, it, vi } from "vitest";
import { World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const RULES = { handoverRules: [{ name: "refund", when: "somebody wants their money back" }] };
const ASKS = { reason: "Wants a refund", summary: "Ana paid twice for order 7 and wants one payment back." };
const asking = { calls: [{ name: "hand_over", args: ASKS }] };

type Rows = Awaited<ReturnType<World["rest"]>>;
const notesOf = (rows: Rows) =>
  rows.filter((row): row is NoteRow => row.kind === "note" && row.body.type === "handover").map(({ body }) => body);
const toolsOf = (rows: Rows) =>
  rows.filter((row): row is StepRow => row.kind === "step" && row.body.type === "tool").map(({ state }) => state);

describe("asking for a person", () => {
  it("is a tool of the conversation's own where there are rules about it: flagged, explained, and said", async () => {
    const world = await World.start(RULES);
    world.respond = (_request, call) => (call === 0 ? asking : { text: "A colleague will go on with this." });
    await world.say("m1", "I paid twice, I want my money back!");
    const rows = await world.rest();
    expect(notesOf(rows)).toEqual([expect.objectContaining({ type: "handover", ...ASKS })]);
    expect(toolsOf(rows)).toEqual(["done"]);
    expect(world.callbacks.map(({ text }) => text)).toEqual(["A colleague will go on with this."]);
    expect(JSON.stringify(world.modelCalls[0]?.tools)).toContain('"name":"hand_over"');
    expect(JSON.stringify(world.modelCalls[0]?.messages[0])).toContain("somebody wants their money back");
  });

  it("happens once, however often the process is lost after it", async () => {
    const world = await World.start(RULES);
    let hang = true;
    world.respond = (_request, call) => {
      if (call === 0) return asking;
      return hang ? new Promise(() => {}) : { text: "A colleague will go on." };
    };
    await world.say("m1", "I want my money back!");
    await vi.waitFor(() => expect(world.modelCalls).toHaveLength(2), { timeout: 10_000 });
    await world.lose();
    hang = false;
    await world.stub.poke({ tenantId: world.tenantId });
    const rows = await world.rest();
    expect(notesOf(rows)).toHaveLength(1);
    expect(world.callbacks).toHaveLength(1);
  });

  it("needs a reason, and is no tool at all where the author wrote no rules", async () => {
    const world = await World.start(RULES);
    world.respond = (_request, call) =>
      call === 0 ? { calls: [{ name: "hand_over", args: {} }] } : { text: "Sorry?" };
    await world.say("m1", "Help me now, please?");
    expect(notesOf(await world.rest())).toEqual([]);

    const plain = await World.start();
    plain.respond = (_request, call) => (call === 0 ? asking : { text: "Hello" });
    await plain.say("m1", "Help me now, please?");
    const rows = await plain.rest();
    expect(plain.modelCalls[0]?.tools ?? []).toEqual([]);
    expect([notesOf(rows), toolsOf(rows)]).toEqual([[], ["failed"]]);
  });
});

it("is no tool of a summary's", async () => {
  const world = await World.start({ ...RULES, limits: TurnLimits.parse({ historyTokens: 256 }) });
  const isSummary = (request: (typeof world.modelCalls)[number]) =>
    JSON.stringify(request.messages[0]).includes("Summarise the conversation");
  world.respond = () => ({ text: "Noted." });
  await vi.waitFor(
    async () => {
      await world.say(
        `m${world.modelCalls.length}`,
        `Is this kept? ${"Some words about bikes and lamps. ".repeat(20)}`,
      );
      await world.rest();
      expect(world.modelCalls.some(isSummary)).toBe(true);
    },
    { timeout: 15_000, interval: 50 },
  );
  expect(world.modelCalls.filter(isSummary).flatMap(({ tools }) => tools ?? [])).toEqual([]);
  expect(world.modelCalls.find((request) => !isSummary(request))?.tools).toHaveLength(1);
});

describe("a prompt that tells the time", () => {
  it("is shown afterwards as it was sent", async () => {
    const world = await World.start({
      instructions: "It is {{date.iso}} {{date.time}}, {{channel}}.",
      timeZone: "Asia/Tokyo",
    });
    await world.say("m1", "What time is it?");
    const rows = await world.rest();
    const step = rows.find((row): row is StepRow => row.kind === "step");
    const sent = world.modelCalls[0]?.messages[0]?.content;
    expect(sent).toMatch(/It is \d{4}-\d\d-\d\d \d\d:\d\d, http\./);
    // A minute later it would read differently.
    const now = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(now + 3_600_000);
    expect(step?.body).toMatchObject({ priced: "own" });
    expect(await world.stub.promptOf({ tenantId: world.tenantId, turn: step?.turn ?? 0, n: 0 })).toMatchObject({
      system: sent,
    });
  });
});
