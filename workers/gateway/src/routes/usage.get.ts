import { UsageSummaryInput, UsageOut } from "@charla/services/usage/schemas";
import { usageSummary } from "@charla/services/usage/summary";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";

export const usageGet = endpoint({
  id: "getUsage",
  tag: "usage",
  method: "get",
  path: "/v1/usage",
  summary: "Tokens and cost by day, agent or model",
  access: { who: "tenant", permission: "usage.read" },
  query: z.strictObject(UsageSummaryInput.shape),
  response: UsageOut,
  handle: async ({ c, query }) => ({ body: await usageSummary(c.var.ctx, query) }),
});
