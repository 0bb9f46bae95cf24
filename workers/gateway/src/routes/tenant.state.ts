import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { gateOf } from "../objects.ts";

const Spend = z.object({ tokens: z.number(), micros: z.number() });
const State = z
  .object({
    tenantId: z.string(),
    generation: z.int(),
    status: z.enum(["active", "paused", "suspended"]),
    limits: z.object({
      tokens: z.number().nullable(),
      micros: z.number().nullable(),
      period: z.enum(["day", "month"]),
    }),
    used: Spend,
    reserved: Spend,
    periodStart: z.string(),
    releases: z.record(z.string(), z.string()).describe("Agent id to the release that runs"),
    canaries: z
      .record(z.string(), z.object({ version: z.int(), releaseId: z.string(), percent: z.number() }))
      .describe("Agent id to the release that a share of the conversations has; a share of 0 is over"),
    holds: z
      .record(z.string(), z.number())
      .optional()
      .describe("Model providers whose vendor asked to wait, and until when, in milliseconds; also some that are over"),
  })
  .meta({ id: "TenantState" });

export const tenantState = endpoint({
  id: "getTenantState",
  tag: "usage",
  method: "get",
  path: "/v1/tenant/state",
  summary: "Status, limits and what is used of them",
  access: { who: "tenant", permission: "usage.read" },
  response: State,
  handle: async ({ c }) => ({ body: await gateOf(c.env, c.var.ctx.tenantId).state() }),
});
