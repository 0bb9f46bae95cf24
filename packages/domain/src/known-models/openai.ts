import { type KnownModel, line } from "./model.ts";

/** Prompts above 272,000 tokens cost more with some; none of ours gets that long. */
export const openaiModels: readonly KnownModel[] = [
  line("gpt-4o-mini", { context: 128_000, output: 16_384, price: [0.15, 0.6, 0.075] }),
  line("gpt-4o", { context: 128_000, output: 16_384, price: [2.5, 10, 1.25] }),
  line("gpt-4.1", { context: 1_047_576, output: 32_768, price: [2, 8, 0.5] }),
  line("gpt-4.1-mini", { context: 1_047_576, output: 32_768, price: [0.4, 1.6, 0.1] }),
  line("gpt-4.1-nano", { context: 1_047_576, output: 32_768, price: [0.1, 0.4, 0.025] }),
  line("o4-mini", { context: 200_000, output: 100_000, price: [1.1, 4.4, 0.275] }),
  line("gpt-5", { context: 400_000, output: 128_000, price: [1.25, 10, 0.125] }),
  line("gpt-5-mini", { context: 400_000, output: 128_000, price: [0.25, 2, 0.025] }),
  line("gpt-5-nano", { context: 400_000, output: 128_000, price: [0.05, 0.4, 0.005] }),
  line("gpt-5.1", { context: 400_000, output: 128_000, price: [1.25, 10, 0.125] }),
  line("gpt-5.2", { context: 400_000, output: 128_000, price: [1.75, 14, 0.175] }),
  line("gpt-5.4", { context: 1_050_000, output: 128_000, price: [2.5, 15, 0.25] }),
  line("gpt-5.4-mini", { context: 400_000, output: 128_000, price: [0.75, 4.5, 0.075] }),
  line("gpt-5.4-nano", { context: 400_000, output: 128_000, price: [0.2, 1.25, 0.02] }),
  line("gpt-5.5", { context: 1_050_000, output: 128_000, price: [5, 30, 0.5] }),
  line("gpt-5.6-sol", { context: 1_050_000, output: 128_000, price: [5, 30, 0.5] }),
  line("gpt-5.6-terra", { context: 1_050_000, output: 128_000, price: [2, 12, 0.2] }),
  line("gpt-5.6-luna", { context: 1_050_000, output: 128_000, price: [0.2, 1.2, 0.02] }),
  line("gpt-6-sol", { context: 1_050_000, output: 128_000, price: [2, 10, 0.2] }),
  line("gpt-6-luna", { context: 1_050_000, output: 128_000, price: [0.1, 0.5, 0.01] }),
];
