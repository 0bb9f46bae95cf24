import { anthropicModels } from "./known-models/anthropic.ts";
import { googleModels } from "./known-models/google.ts";
import type { KnownModel, TaskModel, TokenPrice } from "./known-models/model.ts";
import { openaiModels } from "./known-models/openai.ts";
import { workersAiModels, workersAiTaskModels } from "./known-models/workers-ai.ts";
import type { ModelVendor } from "./model-vendor.ts";

export type { KnownModel, TaskModel, TokenPrice };
export type ModelKind = ModelVendor | "workers-ai";

/** The day on which the tables were last compared with what vendors publish. */
export const MODELS_DATE = "2026-11-21";

/** Of a server that speaks as OpenAI's does nothing is known: its owner says what it costs. */
export const knownModels: Record<ModelKind, readonly KnownModel[]> = {
  "workers-ai": workersAiModels,
  "openai-compatible": [],
  openai: openaiModels,
  google: googleModels,
  anthropic: anthropicModels,
};

export const taskModels: readonly TaskModel[] = workersAiTaskModels;

const byName = new Map(
  Object.entries(knownModels).flatMap(([kind, models]) =>
    models.map((known): [string, KnownModel] => [`${kind} ${known.model}`, known]),
  ),
);

/** Vendors add the day of a version, or a word for the newest. */
const VERSION = /-(?:\d{8}|\d{4}-\d{2}-\d{2}|latest|preview(?:-\d{2}-\d{2,4})?)$/;

export const knownModel = (kind: ModelKind, model: string): KnownModel | undefined =>
  byName.get(`${kind} ${model}`) ?? byName.get(`${kind} ${model.replace(VERSION, "")}`);

export type ModelTraits = Omit<KnownModel, "price" | "model">;

/** A model nobody has put down is taken for a usual one of today: it can what it is asked for until its vendor says no. */
const USUAL: ModelTraits = {
  tools: true,
  vision: true,
  audio: true,
  structured: true,
  streaming: true,
  contextTokens: 128_000,
  maxOutputTokens: Number.POSITIVE_INFINITY,
};
/** The platform's own are smaller. */
const USUAL_OF_PLATFORM: ModelTraits = { ...USUAL, contextTokens: 24_000 };

export const traitsOf = (kind: ModelKind, model: string): ModelTraits =>
  knownModel(kind, model) ?? (kind === "workers-ai" ? USUAL_OF_PLATFORM : USUAL);
