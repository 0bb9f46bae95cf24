import type { CanaryRow } from "@charla/db/tenant/canaries";
import { CanaryFacts, CanaryLimits, CanarySignal, CanaryState } from "@charla/domain/canary-facts";
import * as z from "zod";
import { type PageInput, isoTime } from "../paging.ts";

const percent = z.int().min(1).max(100).describe("Share of the conversations that have the release");

export const CanaryInput = z
  .strictObject({ percent, limits: CanaryLimits.optional() })
  .describe("Only for a share of the conversations, which keep it while the share grows");
export type CanaryInput = z.infer<typeof CanaryInput>;

export const ChangeCanaryInput = z.strictObject({ percent, limits: CanaryLimits.optional() });
export type ChangeCanaryInput = z.infer<typeof ChangeCanaryInput>;

export const StopCanaryInput = z.strictObject({ note: z.string().max(500).default("") });
export type ListCanariesInput = PageInput & { agentId: string };

export const CanaryOut = z.object({
  id: z.string(),
  agentId: z.string(),
  releaseId: z.string(),
  baseId: z.string().describe("The release of all other conversations, with which it is compared"),
  percent,
  limits: CanaryLimits,
  state: CanaryState,
  startedAt: z.string(),
  startedBy: z.string(),
  endedAt: z.string().nullable(),
  endedBy: z.string().nullable().describe("`system` where it was rolled back by itself"),
  signal: CanarySignal.nullable().describe("What it did worse than the base, where it was rolled back for that"),
  note: z.string().describe("What was said when it was stopped"),
  facts: CanaryFacts.nullable().describe("Both sides in numbers: now, or as they were when it was rolled back"),
});
export type CanaryOut = z.infer<typeof CanaryOut>;

export function toCanaryOut(row: CanaryRow): CanaryOut {
  const {
    id,
    agentId,
    releaseId,
    baseId,
    percent: share,
    limits,
    state,
    startedBy,
    endedBy,
    signal,
    note,
    facts,
  } = row;
  const endedAt = row.endedAt === null ? null : isoTime(row.endedAt);
  const startedAt = isoTime(row.startedAt);
  const fixed = { id, agentId, releaseId, baseId, percent: share, limits, state, startedAt, startedBy };
  return { ...fixed, endedAt, endedBy, signal, note, facts };
}
