import * as z from "zod";

/** What a canary is watched for. Another signal is one word here, its count in the query and its margin in the limits. */
export const CanarySignal = z.enum(["errors", "handovers"]);
export type CanarySignal = z.infer<typeof CanarySignal>;

export const Tally = z.object({
  turns: z.int().describe("Turns that ended in something the agent did"),
  errors: z.int().describe("Of them: an apology, a dead letter, or an answer that had to be withheld"),
  handovers: z.int().describe("Of them: a person took over or was asked to"),
});
export type Tally = z.infer<typeof Tally>;

/** The numbers of both sides, as they were last counted. */
export const CanaryFacts = z.object({ canary: Tally, base: Tally });
export type CanaryFacts = z.infer<typeof CanaryFacts>;

export const CanaryLimits = z.strictObject({
  automatic: z.boolean().default(true).describe("Whether the canary is rolled back by itself"),
  minTurns: z.int().min(5).max(100_000).default(50).describe("Turns of the canary before anything is concluded"),
  errorMargin: z.number().min(0).max(1).default(0.05).describe("How much larger its share of errors may be"),
  handoverMargin: z.number().min(0).max(1).default(0.1).describe("How much larger its share of hand-overs may be"),
});
export type CanaryLimits = z.infer<typeof CanaryLimits>;

export const CanaryState = z.enum(["running", "promoted", "stopped", "replaced", "rolled_back"]);
export type CanaryState = z.infer<typeof CanaryState>;
