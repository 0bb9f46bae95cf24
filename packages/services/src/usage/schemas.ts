import * as z from "zod";

const Day = z.iso.date();

export const UsageGroup = z.enum(["day", "agent", "model"]);

export const UsageSummaryInput = z.strictObject({
  from: Day.describe("First day, UTC"),
  to: Day.describe("Last day, UTC"),
  groupBy: UsageGroup.default("day"),
});
export type UsageSummaryInput = z.infer<typeof UsageSummaryInput>;

export const UsageRow = z.object({
  group: z.string().describe("The day, the agent's id, or provider and model"),
  calls: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  cachedTokens: z.number(),
  costMicros: z.number(),
});
export const UsageOut = z.object({ data: z.array(UsageRow) });
export type UsageOut = z.infer<typeof UsageOut>;
