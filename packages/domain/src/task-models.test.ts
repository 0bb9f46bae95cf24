import { describe, expect, it } from "vitest";
import { AgentSettings } from "./release.ts";
import { modelsFor, namedModels } from "./task-models.ts";

const at = (model: string) => ({ provider: "workers-ai", model });
const names = (refs: { model: string }[]): string[] => refs.map(({ model }) => model);

describe("the models of a task", () => {
  it("are the main one and its fall-backs in their order, each once", () => {
    const settings = AgentSettings.parse({
      name: "Ada",
      model: at("a"),
      fallbackModel: at("b"),
      fallbackModels: [at("c"), at("a"), at("d")],
    });
    expect(names(modelsFor(settings, "answer"))).toEqual(["a", "b", "c", "d"]);
  });

  it("are those of a release from before there were lists", () => {
    const old = AgentSettings.parse({
      name: "Ada",
      model: at("a"),
      fallbackModel: at("b"),
      media: { describe: at("eye") },
    });
    expect(names(modelsFor(old, "answer"))).toEqual(["a", "b"]);
    expect(names(modelsFor(old, "summarise"))).toEqual(["a", "b"]);
    expect(names(modelsFor(old, "describe"))).toEqual(["eye"]);
    expect(names(modelsFor(old, "transcribe"))).toEqual(["@cf/openai/whisper-large-v3-turbo"]);
  });

  it("are the task's own where it has some", () => {
    const tasks = { summarise: { model: at("small") }, describe: { model: at("eye"), fallbacks: [at("other")] } };
    const settings = AgentSettings.parse({ name: "Ada", model: at("a"), media: { describe: at("old eye") }, tasks });
    expect(names(modelsFor(settings, "summarise"))).toEqual(["small"]);
    expect(names(modelsFor(settings, "describe"))).toEqual(["eye", "other"]);
    expect(namedModels(settings).map(({ path }) => path)).toEqual([
      "settings.model",
      "settings.media.describe",
      "settings.tasks.summarise.model",
      "settings.tasks.describe.model",
      "settings.tasks.describe.fallbacks.0",
    ]);
  });
});
