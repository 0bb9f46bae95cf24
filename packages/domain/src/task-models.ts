import type { AgentSettings, ModelRef, TaskModels } from "./release.ts";

/** What an agent uses models for. */
export type Task = "answer" | "summarise" | "transcribe" | "describe";

type Settings = Pick<AgentSettings, "model" | "fallbackModel" | "fallbackModels" | "tasks" | "media">;

const PLATFORM = "workers-ai";
const HEARING: ModelRef = { provider: PLATFORM, model: "@cf/openai/whisper-large-v3-turbo" };
const SEEING: ModelRef = { provider: PLATFORM, model: "@cf/google/gemma-4-26b-a4b-it" };

/** The models of a task in the order in which they are tried, each once. */
export function modelsFor(settings: Settings, task: Task): ModelRef[] {
  return onceEach(wished(settings, task));
}

function wished(settings: Settings, task: Task): ModelRef[] {
  const { model, fallbackModel, fallbackModels, tasks, media } = settings;
  const answering = [model, ...(fallbackModel ? [fallbackModel] : []), ...(fallbackModels ?? [])];
  switch (task) {
    case "answer":
      return answering;
    case "summarise":
      return listed(tasks?.summarise) ?? answering;
    case "transcribe":
      return listed(tasks?.transcribe) ?? [media?.transcribe ?? HEARING];
    case "describe":
      return listed(tasks?.describe) ?? [media?.describe ?? SEEING];
  }
}

const listed = (models: TaskModels | undefined): ModelRef[] | undefined =>
  models && [models.model, ...(models.fallbacks ?? [])];

const onceEach = (refs: ModelRef[]): ModelRef[] =>
  refs.filter((ref, n) => refs.findIndex((one) => one.provider === ref.provider && one.model === ref.model) === n);

/** Everything an agent names, with where it stands in its settings. */
export function namedModels(settings: Settings): { path: string; ref: ModelRef; task: Task }[] {
  const { model, fallbackModel, fallbackModels, tasks, media } = settings;
  const one = (path: string, ref: ModelRef | undefined, task: Task) => (ref ? [{ path, ref, task }] : []);
  return [
    ...one("settings.model", model, "answer"),
    ...one("settings.fallbackModel", fallbackModel, "answer"),
    ...(fallbackModels ?? []).flatMap((ref, n) => one(`settings.fallbackModels.${n}`, ref, "answer")),
    ...one("settings.media.transcribe", media?.transcribe, "transcribe"),
    ...one("settings.media.describe", media?.describe, "describe"),
    ...(["summarise", "transcribe", "describe"] as const).flatMap((task) => [
      ...one(`settings.tasks.${task}.model`, tasks?.[task]?.model, task),
      ...(tasks?.[task]?.fallbacks ?? []).flatMap((ref, n) => one(`settings.tasks.${task}.fallbacks.${n}`, ref, task)),
    ]),
  ];
}
