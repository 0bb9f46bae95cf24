import { afterEach, describe, expect, it, vi } from "vitest";
import { play } from "./play.ts";
import type { Recording } from "./recording.ts";
import { STORIES } from "./stories.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const files = import.meta.glob<Recording>("./fixtures/*/*.json", { eager: true, import: "default" });
const recordings = Object.entries(files).map(([path, recording]) => {
  const [, , version = "", file = ""] = path.split("/");
  return { version, file, recording };
});
const versions = [...new Set(recordings.map(({ version }) => version))];

describe.each(versions)("journals of release %s", (version) => {
  const ofVersion = recordings.filter((candidate) => candidate.version === version);

  it.each(ofVersion.map(({ file, recording }) => [file, recording] as const))("%s", async (_, recording) => {
    expect(await play(recording)).toEqual(recording.expected);
  });
});

describe("the recordings", () => {
  it("of the newest release hold every story", () => {
    const newest = versions.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
    const told = recordings.filter(({ version }) => version === newest).map(({ recording }) => recording.story);
    expect(told.toSorted()).toEqual(STORIES.map(({ name }) => name).toSorted());
  });
});
