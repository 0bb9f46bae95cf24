import { noSuchModel } from "./errors.ts";

/** "native" answers `{response}`; "openai" answers `{choices}`. Which one depends on the model family, as with the real service. */
export type Wire = "native" | "openai";

export type Task =
  | "text-generation"
  | "text-embeddings"
  | "rerank"
  | "speech-recognition"
  | "text-to-speech"
  | "text-to-image";

export interface CatalogEntry {
  id: string;
  task: Task;
  wire: Wire;
  /** Tokens for text models, dimensions for embedding models. */
  size: number;
  vision?: boolean;
}

const text = (id: string, wire: Wire, contextTokens: number, vision = false): CatalogEntry => ({
  id,
  task: "text-generation",
  wire,
  size: contextTokens,
  vision,
});
const other = (id: string, task: Task, size = 0): CatalogEntry => ({ id, task, wire: "native", size });

const CATALOG: readonly CatalogEntry[] = [
  text("@cf/meta/llama-3.3-70b-instruct-fp8-fast", "native", 24_000),
  text("@cf/meta/llama-3.1-8b-instruct-fast", "native", 128_000),
  text("@cf/meta/llama-3.1-8b-instruct-fp8", "native", 32_000),
  text("@cf/meta/llama-3.2-3b-instruct", "native", 80_000),
  text("@cf/meta/llama-3.2-11b-vision-instruct", "native", 128_000, true),
  text("@cf/mistralai/mistral-small-3.1-24b-instruct", "native", 128_000, true),
  text("@cf/meta/llama-4-scout-17b-16e-instruct", "openai", 131_000, true),
  text("@cf/zai-org/glm-4.7-flash", "openai", 131_072),
  text("@cf/zai-org/glm-5.3-flash", "openai", 1_310_720, true),
  text("@cf/openai/gpt-oss-120b", "openai", 128_000),
  text("@cf/openai/gpt-oss-20b", "openai", 128_000),
  text("@cf/google/gemma-4-26b-a4b-it", "openai", 256_000, true),
  text("@cf/qwen/qwen3-30b-a3b-fp8", "openai", 32_768),
  other("@cf/baai/bge-m3", "text-embeddings", 1024),
  other("@cf/baai/bge-large-en-v1.5", "text-embeddings", 1024),
  other("@cf/baai/bge-base-en-v1.5", "text-embeddings", 768),
  other("@cf/baai/bge-small-en-v1.5", "text-embeddings", 384),
  other("@cf/qwen/qwen3-embedding-0.6b", "text-embeddings", 1024),
  other("@cf/google/embeddinggemma-300m", "text-embeddings", 768),
  other("@cf/baai/bge-reranker-base", "rerank"),
  other("@cf/openai/whisper", "speech-recognition"),
  other("@cf/openai/whisper-large-v3-turbo", "speech-recognition"),
  other("@cf/deepgram/nova-3", "speech-recognition"),
  other("@cf/deepgram/aura-1", "text-to-speech"),
  other("@cf/deepgram/aura-2-en", "text-to-speech"),
  other("@cf/deepgram/aura-2-es", "text-to-speech"),
  other("@cf/myshell-ai/melotts", "text-to-speech"),
  other("@cf/black-forest-labs/flux-1-schnell", "text-to-image"),
];

const byId = new Map(CATALOG.map((entry) => [entry.id, entry]));

export function findModel(id: string): CatalogEntry {
  const entry = byId.get(id);
  if (!entry) throw noSuchModel(id);
  return entry;
}

export interface ModelSearch {
  search?: string;
  task?: string;
  per_page?: number;
  page?: number;
}

const TASK_NAMES: Record<Task, string> = {
  "text-generation": "Text Generation",
  "text-embeddings": "Text Embeddings",
  rerank: "Text Classification",
  "speech-recognition": "Automatic Speech Recognition",
  "text-to-speech": "Text-to-Speech",
  "text-to-image": "Text-to-Image",
};

/** The listing `env.AI.models()` returns, every entry marked as what it is here. */
export function listModels({ search = "", task, per_page = 50, page = 1 }: ModelSearch = {}) {
  const start = (Math.max(1, page) - 1) * per_page;
  return CATALOG.filter((entry) => entry.id.includes(search) && (task === undefined || TASK_NAMES[entry.task] === task))
    .slice(start, start + per_page)
    .map((entry) => ({
      id: entry.id,
      source: 1,
      name: entry.id,
      description: "Demo model: deterministic local stand-in",
      task: { id: entry.task, name: TASK_NAMES[entry.task], description: "" },
      tags: ["demo"],
      properties:
        entry.size > 0
          ? [
              {
                property_id: entry.task === "text-generation" ? "context_window" : "dimensions",
                value: String(entry.size),
              },
            ]
          : [],
    }));
}
