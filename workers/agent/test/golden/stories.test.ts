import { afterEach, describe, expect, it, vi } from "vitest";
import { World } from "../world.ts";
import { markOf, outcomeOf, ToolDesk } from "./outside.ts";
import { move, play, storedLog } from "./play.ts";
import type { Recording } from "./recording.ts";
import { STORIES, type Story } from "./stories.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const INSTRUCTIONS = "You take bookings for a small restaurant.";

/** Leads a conversation to the story's instant, keeps its storage, and lets it go on. */
async function record(story: Story): Promise<Recording> {
  const world = await World.start({ instructions: INSTRUCTIONS, ...story.settings }, story.tools);
  const desk = new ToolDesk(world.tenantId);
  await story.until({ world, desk });
  const stored = await storedLog(world);
  const { release } = world;
  if (release === undefined) throw new Error("no release");
  const tool = story.tool ?? { status: "ok", output: "done", ms: 1 };
  const mark = markOf(world, desk);
  await world.lose();
  desk.answer = tool;
  world.onCallback = () => new Response("{}");
  world.respond = (_request, call) => story.model[call - mark.model] ?? { status: 500 };
  await move(world, story.moves);
  const expected = await outcomeOf(world, desk, { ...stored, release }, mark);
  const { name, model, moves } = story;
  const recordedAt = Date.now();
  return { format: 1, story: name, recordedAt, ids: world.ids, release, ...stored, model, tool, moves, expected };
}

describe("a conversation read from its storage alone goes on as the living one does", () => {
  it.each(STORIES.map((story) => [story.name, story] as const))("%s", async (_, story) => {
    const recording = await record(story);
    // oxlint-disable-next-line no-console -- `npm run golden` keeps what is printed
    if (import.meta.env.MODE === "golden") console.log(`GOLDEN ${JSON.stringify(recording)}`);
    vi.restoreAllMocks();
    expect(await play(recording, { ...recording.ids, thread: "thread-2" })).toEqual(recording.expected);
  });
});
