import { type KnownModel, line, type TaskModel } from "./model.ts";

const TEXT = { vision: false };

/** Where the vendor gives no size the smallest of the family stands. */
export const workersAiModels: readonly KnownModel[] = [
  line("@cf/meta/llama-3.3-70b-instruct-fp8-fast", { context: 24_000, output: 4096, price: [0.293, 2.253] }, TEXT),
  line("@cf/meta/llama-4-scout-17b-16e-instruct", { context: 131_000, output: 8192, price: [0.27, 0.85] }),
  line("@cf/meta/llama-3.1-8b-instruct-fast", { context: 32_000, output: 4096, price: [0.045, 0.384] }, TEXT),
  line("@cf/meta/llama-3.1-8b-instruct-fp8", { context: 32_000, output: 4096, price: [0.152, 0.287] }, TEXT),
  line(
    "@cf/meta/llama-3.2-3b-instruct",
    { context: 60_000, output: 4096, price: [0.051, 0.335] },
    { ...TEXT, tools: false, structured: false },
  ),
  line("@cf/zai-org/glm-4.7-flash", { context: 131_000, output: 32_000, price: [0.06, 0.4] }, TEXT),
  line("@cf/zai-org/glm-5.3-flash", { context: 1_310_000, output: 64_000, price: [0.15, 0.5, 0.03] }),
  line("@cf/openai/gpt-oss-120b", { context: 128_000, output: 32_000, price: [0.35, 0.75] }, TEXT),
  line("@cf/openai/gpt-oss-20b", { context: 128_000, output: 32_000, price: [0.2, 0.3] }, TEXT),
  line("@cf/google/gemma-4-26b-a4b-it", { context: 128_000, output: 8192, price: [0.1, 0.3] }),
  line("@cf/qwen/qwen3-30b-a3b-fp8", { context: 32_000, output: 8192, price: [0.051, 0.335] }, TEXT),
];

export const workersAiTaskModels: readonly TaskModel[] = [
  { model: "@cf/baai/bge-m3", task: "embed", price: { dollars: 0.012, per: "million_tokens" } },
  { model: "@cf/qwen/qwen3-embedding-0.6b", task: "embed", price: { dollars: 0.012, per: "million_tokens" } },
  { model: "@cf/baai/bge-reranker-base", task: "rerank", price: { dollars: 0.003, per: "million_tokens" } },
  { model: "@cf/openai/whisper-large-v3-turbo", task: "transcribe", price: { dollars: 0.00051, per: "minute" } },
  { model: "@cf/openai/whisper", task: "transcribe", price: { dollars: 0.00045, per: "minute" } },
  { model: "@cf/openai/whisper-tiny-en", task: "transcribe", price: { dollars: 0.00045, per: "minute" } },
  { model: "@cf/deepgram/nova-3", task: "transcribe", price: { dollars: 0.0052, per: "minute" } },
  { model: "@cf/deepgram/aura-1", task: "speak", price: { dollars: 0.015, per: "thousand_characters" } },
  { model: "@cf/deepgram/aura-2-en", task: "speak", price: { dollars: 0.03, per: "thousand_characters" } },
  { model: "@cf/myshell-ai/melotts", task: "speak", price: { dollars: 0.0002, per: "minute" } },
  { model: "@cf/black-forest-labs/flux-1-schnell", task: "draw", price: { dollars: 0.0000528, per: "tile" } },
];
