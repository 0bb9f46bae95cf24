import { TurnLimits } from "@charla/domain/release";
import type { AgentSettings, ResolvedTool } from "@charla/domain/release";
import type { ToolResult } from "@charla/domain/tool-call";
import { resolveTools } from "@charla/tools/resolve";
import { vi, expect } from "vitest";
import type { ModelReply, World } from "../world.ts";
import type { ToolDesk } from "./outside.ts";
import type { Move } from "./recording.ts";

type Scene = { world: World; desk: ToolDesk };

export type Story = {
  name: string;
  settings?: Partial<AgentSettings>;
  tools?: ResolvedTool[];
  /** Leads to the instant that is recorded. */
  until: (scene: Scene) => Promise<void>;
  /** What the outside answers afterwards. */
  model: ModelReply[];
  tool?: ToolResult;
  moves: Move[];
};

const [calculator] = resolveTools([{ name: "calculator", kind: "calculator", config: {} }]);
const toolWith = (effect: ResolvedTool["effect"]): ResolvedTool[] =>
  calculator === undefined ? [] : [{ ...calculator, name: "book", effect }];
const BOOK: ModelReply = { calls: [{ name: "book", args: { expression: "2+2" } }] };
const WAKE: Move[] = [{ do: "wake" }];
const QUESTION = "Can you book a table for four?";

const hang = (): Promise<ModelReply> => new Promise(() => {});
const SOON = { timeout: 10_000, interval: 20 };
const asked = (world: World, times: number) => vi.waitFor(() => expect(world.modelCalls).toHaveLength(times), SOON);
const received = (world: World, times: number) => vi.waitFor(() => expect(world.callbacks).toHaveLength(times), SOON);

const script =
  (...replies: ModelReply[]) =>
  (_request: unknown, call: number): ModelReply | Promise<ModelReply> =>
    replies[call] ?? hang();

/** A tool call that was started and never came back. */
const started = (effect: ResolvedTool["effect"]): Story => ({
  name: `tool-started-${effect}`,
  tools: toolWith(effect),
  until: async ({ world, desk }) => {
    world.respond = script(BOOK);
    desk.answer = "hang";
    await world.say("m1", QUESTION);
    await vi.waitFor(() => expect(desk.calls).toHaveLength(1), SOON);
  },
  model: [{ text: "It is settled." }],
  moves: WAKE,
});

export const STORIES: readonly Story[] = [
  {
    name: "finished",
    until: async ({ world }) => {
      await world.say("m1", QUESTION);
      await world.rest();
    },
    model: [{ text: "At nine." }],
    moves: [{ do: "say", id: "m2", text: "At what time?" }],
  },
  {
    name: "accepted",
    until: async ({ world }) => {
      world.respond = hang;
      await world.say("m1", QUESTION);
      await asked(world, 1);
    },
    model: [{ text: "Yes." }],
    moves: WAKE,
  },
  {
    name: "before-the-model",
    until: async ({ world }) => {
      world.respond = hang;
      await world.say("m1", QUESTION);
      await asked(world, 1);
      await world.lose();
      await world.stub.poke({ tenantId: world.tenantId });
      await asked(world, 2);
    },
    model: [{ text: "Yes." }],
    moves: WAKE,
  },
  {
    name: "model-failed",
    until: async ({ world }) => {
      world.respond = script({ status: 503 });
      await world.say("m1", QUESTION);
      await asked(world, 2);
    },
    model: [{ text: "Yes, now." }],
    moves: WAKE,
  },
  started("read"),
  started("keyed"),
  started("unsafe"),
  {
    name: "tool-done",
    tools: toolWith("unsafe"),
    until: async ({ world }) => {
      world.respond = script(BOOK);
      await world.say("m1", QUESTION);
      await asked(world, 2);
    },
    model: [{ text: "Booked." }],
    moves: WAKE,
  },
  {
    name: "superseded",
    tools: toolWith("keyed"),
    until: async ({ world }) => {
      world.respond = script(BOOK);
      await world.say("m1", QUESTION);
      await asked(world, 2);
      await world.say("m2", "For five, please?");
      await asked(world, 3);
    },
    model: [BOOK, { text: "For five, then." }],
    moves: WAKE,
  },
  {
    name: "send-in-doubt",
    until: async ({ world }) => {
      world.onCallback = () => new Promise(() => {});
      await world.say("m1", QUESTION);
      await received(world, 1);
    },
    model: [],
    moves: WAKE,
  },
  {
    name: "held-for-a-person",
    until: async ({ world }) => {
      await world.say("m1", QUESTION);
      await world.rest();
      await world.stub.takeOver({ tenantId: world.tenantId, memberId: "mem_1" });
      await world.say("m2", "Is anybody there?");
    },
    model: [{ text: "Here I am." }],
    moves: [{ do: "hand back" }],
  },
  {
    name: "edit-before-its-message",
    until: async ({ world }) => {
      await world.say("m0", "Good evening, are you open?");
      await world.rest();
      await world.stub.accept(
        world.arrival({ kind: "edit", externalId: "e1", at: Date.now(), target: "m1", text: "A table for six?" }),
      );
    },
    model: [{ text: "For six." }],
    moves: [{ do: "say", id: "m1", text: QUESTION }],
  },
  {
    name: "dead-letter",
    tools: toolWith("unsafe"),
    until: async ({ world }) => {
      world.respond = (_request, call) => (call === 0 ? BOOK : { status: 401 });
      await world.say("m1", QUESTION);
      await world.rest();
    },
    model: [{ text: "Booked after all." }],
    moves: [{ do: "replay the dead letter" }],
  },
  {
    name: "summary",
    settings: { limits: TurnLimits.parse({ historyTokens: 256 }) },
    until: async ({ world }) => {
      world.respond = (request) => ({
        text: String(request.messages[0]?.content).includes("Summarise") ? "They asked for tables." : "Noted.",
      });
      for (let n = 0; n < 30; n++) {
        await world.say(`m${n}`, `Is table number ${n} free tonight, and may I bring a small dog along with me?`);
        await world.rest();
      }
      await vi.waitFor(async () => {
        const rows = await world.rows();
        expect(rows.some((row) => row.kind === "note" && row.body.type === "summary")).toBe(true);
      }, SOON);
    },
    model: [{ text: "The first one." }],
    moves: [{ do: "say", id: "last", text: "Which one did I ask about first?" }],
  },
];
