import * as z from "zod";
import { KnowledgeSettings } from "./knowledge.ts";
import { promptSettings } from "./prompt-parts.ts";

/** How long the conversation waits for more of a burst before it answers; `hardCapMs` bounds any combination. */
export const BurstSettings = z.object({
  completeMs: z
    .int()
    .min(0)
    .max(6000)
    .default(0)
    .describe("Wait after a message that is complete (a question, a command)"),
  fragmentMs: z.int().min(0).max(6000).default(1200).describe("Wait after a fragment"),
  mediaMs: z.int().min(0).max(6000).default(3000).describe("Wait while media is still arriving"),
  hardCapMs: z.int().min(0).max(6000).default(6000).describe("Longest wait from the first message of the burst"),
});
export type BurstSettings = z.infer<typeof BurstSettings>;

const wait = z.int().min(0).max(6000).optional();
/** What a channel may set over the agent's settings; what it leaves out stays the agent's. (A partial of the above would bring its defaults.) */
export const BurstOverride = z.strictObject({ completeMs: wait, fragmentMs: wait, mediaMs: wait, hardCapMs: wait });
export type BurstOverride = z.infer<typeof BurstOverride>;

export const TurnLimits = z.object({
  maxSteps: z.int().min(1).max(50).default(25).describe("Model and tool calls in one turn"),
  maxParallelTools: z.int().min(1).max(16).default(8),
  maxTurnMs: z.int().min(1000).max(600_000).default(180_000),
  maxTurnTokens: z.int().min(256).max(2_000_000).default(100_000),
  maxOutputTokens: z.int().min(16).max(32_000).default(1024),
  historyTokens: z.int().min(256).max(200_000).default(6000).describe("Budget of the history window in the prompt"),
  modelTimeoutMs: z.int().min(500).max(300_000).default(30_000),
  modelAttempts: z.int().min(1).max(10).default(5).describe("Tries per model before the fall-back is used"),
});
export type TurnLimits = z.infer<typeof TurnLimits>;

export const ModelRef = z.object({
  provider: z
    .string()
    .regex(/^(workers-ai|prv_[0-9a-z]{26})$/)
    .describe("`workers-ai`, or the id of a model provider of the tenant"),
  model: z.string().min(1).max(200),
  temperature: z.number().min(0).max(2).optional(),
});
export type ModelRef = z.infer<typeof ModelRef>;

export const ToolEffect = z.enum(["read", "keyed", "unsafe"]);
/** `read` may be repeated, `keyed` may be repeated with the same key, `unsafe` is never repeated. */
export type ToolEffect = z.infer<typeof ToolEffect>;

/** What an agent author writes down for one tool. */
export const ToolConfig = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
  kind: z.string().min(1).max(64),
  description: z.string().max(1024).optional(),
  config: z.record(z.string(), z.json()).default({}),
});
export type ToolConfig = z.infer<typeof ToolConfig>;

/** What a release holds of a tool: resolved once at publish, so that running needs no registry. */
export const ResolvedTool = z.object({
  name: z.string(),
  kind: z.string(),
  description: z.string(),
  inputSchema: z.record(z.string(), z.json()),
  effect: ToolEffect,
  timeoutMs: z.int(),
  config: z.record(z.string(), z.json()),
});
export type ResolvedTool = z.infer<typeof ResolvedTool>;

/** Texts that leave without a model: each by language, with a built-in default. */
export const CannedTexts = z.object({
  apology: z.string().max(1000).optional(),
  budget: z.string().max(1000).optional(),
  suspended: z.string().max(1000).optional().describe("Empty means silence"),
  unsupported: z.string().max(1000).optional(),
  unreadable: z.string().max(1000).optional().describe("When all that came were files that could not be read"),
});
export type CannedTexts = z.infer<typeof CannedTexts>;

const Fallbacks = z.array(ModelRef).max(5);

/** A task that has models of its own. */
export const TaskModels = z.object({
  model: ModelRef,
  fallbacks: Fallbacks.optional().describe("Tried in this order when the one before it fails"),
});
export type TaskModels = z.infer<typeof TaskModels>;

/** Which models read the files that people send; the platform's own where none is named. */
export const MediaSettings = z.object({
  transcribe: ModelRef.optional().describe("Model that hears voice notes"),
  describe: ModelRef.optional().describe("Model that sees images"),
});
export type MediaSettings = z.infer<typeof MediaSettings>;

export const AgentSettings = z.object({
  name: z.string().min(1).max(120),
  instructions: z.string().max(50_000).default(""),
  language: z.enum(["es", "en"]).default("es").describe("Language of the canned texts"),
  model: ModelRef,
  fallbackModel: ModelRef.optional().describe("Tried when the main model fails; before those of `fallbackModels`"),
  fallbackModels: Fallbacks.optional().describe("Tried in this order when the one before it fails"),
  tasks: z
    .object({
      summarise: TaskModels.optional().describe("Without it, the models that answer"),
      transcribe: TaskModels.optional().describe("Instead of `media.transcribe`"),
      describe: TaskModels.optional().describe("Instead of `media.describe`"),
    })
    .optional()
    .describe("Models for single tasks"),
  tools: z.array(ToolConfig).max(64).default([]),
  burst: BurstSettings.default(BurstSettings.parse({})),
  limits: TurnLimits.default(TurnLimits.parse({})),
  texts: CannedTexts.default({}),
  media: MediaSettings.optional(),
  knowledge: KnowledgeSettings.optional(),
  ...promptSettings,
});
export type AgentSettings = z.infer<typeof AgentSettings>;

/** Immutable: written once to KV under its id, never changed. `v` is the format of the content. */
export const Release = z.object({
  v: z.literal(1),
  id: z.string(),
  tenantId: z.string(),
  agentId: z.string(),
  number: z.int().positive(),
  createdAt: z.string(),
  note: z.string().default(""),
  settings: AgentSettings.omit({ tools: true }),
  tools: z.array(ResolvedTool),
  /** As the account was called when this was published. */
  tenantName: z.string().optional(),
});
export type Release = z.infer<typeof Release>;

export const releaseKvKey = (tenantId: string, releaseId: string): string => `release:${tenantId}:${releaseId}`;
