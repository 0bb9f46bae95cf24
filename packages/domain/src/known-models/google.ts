import { type KnownModel, line } from "./model.ts";

const HEARS = { audio: true };
const SIZE = { context: 1_048_576, output: 65_536 };

/** Prompts above 200,000 tokens cost more with `pro`; none of ours gets that long. */
export const googleModels: readonly KnownModel[] = [
  line("gemini-2.5-pro", { ...SIZE, price: [1.25, 10, 0.125] }, HEARS),
  line("gemini-2.5-flash", { ...SIZE, price: [0.3, 2.5, 0.03] }, HEARS),
  line("gemini-2.5-flash-lite", { ...SIZE, price: [0.1, 0.4, 0.01] }, HEARS),
  line("gemini-3-pro-preview", { ...SIZE, price: [2, 12, 0.2] }, HEARS),
  line("gemini-3-flash-preview", { ...SIZE, price: [0.5, 3, 0.05] }, HEARS),
  // Half of it until the end of 2026: what is announced for afterwards errs to the safe side.
  line("gemini-3.8-flash", { ...SIZE, price: [1.5, 7.5, 0.15] }, HEARS),
];
