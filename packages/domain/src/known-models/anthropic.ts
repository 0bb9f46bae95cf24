import { type KnownModel, line } from "./model.ts";

const LARGE = { context: 1_000_000, output: 128_000 };

export const anthropicModels: readonly KnownModel[] = [
  line("claude-haiku-4-5", { context: 200_000, output: 64_000, price: [1, 5, 0.1] }),
  line("claude-sonnet-4-5", { context: 200_000, output: 64_000, price: [3, 15, 0.3] }),
  line("claude-opus-4-5", { context: 200_000, output: 64_000, price: [5, 25, 0.5] }),
  line("claude-sonnet-4-6", { context: 1_000_000, output: 64_000, price: [3, 15, 0.3] }),
  line("claude-opus-4-6", { ...LARGE, price: [5, 25, 0.5] }),
  line("claude-opus-4-8", { ...LARGE, price: [5, 25, 0.5] }),
  line("claude-sonnet-5", { ...LARGE, price: [2, 10, 0.2] }),
  line("claude-opus-5", { ...LARGE, price: [5, 25, 0.5] }),
  line("claude-sonnet-5-5", { ...LARGE, price: [2, 10, 0.2] }),
  line("claude-opus-5-5", { ...LARGE, price: [4, 20, 0.4] }),
];
