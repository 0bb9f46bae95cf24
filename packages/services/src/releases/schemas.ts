import type { ReleaseRow } from "@charla/db/tenant/releases";
import { Change } from "@charla/domain/changes";
import type { ResolvedTool, ToolConfig } from "@charla/domain/release";
import * as z from "zod";
import { CanaryInput, CanaryOut } from "../canaries/schemas.ts";
import { type PageInput, isoTime } from "../paging.ts";

/** Checks tool configurations against the registry and makes them ready to run. */
export type ResolveTools = (configs: ToolConfig[]) => ResolvedTool[] | Promise<ResolvedTool[]>;

export const PublishReleaseInput = z.strictObject({
  note: z.string().max(500).default(""),
  canary: CanaryInput.optional(),
});
export type PublishReleaseInput = { agentId: string; note?: string; canary?: CanaryInput | undefined };
export type ReleaseRef = { agentId: string; releaseId: string };
export type RollbackInput = ReleaseRef & { canary?: CanaryInput | undefined };
export type ListReleasesInput = PageInput & { agentId: string };

export const ReleaseOut = z.object({
  id: z.string(),
  agentId: z.string(),
  number: z.int(),
  note: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  current: z.boolean(),
});
export type ReleaseOut = z.infer<typeof ReleaseOut>;

/** A release by its number, or the draft by its version. */
export const Edition = z.union([
  z.object({ releaseId: z.string(), number: z.int() }),
  z.object({ draftVersion: z.int() }),
]);
export type Edition = z.infer<typeof Edition>;

export type DiffInput = { agentId: string; from?: string | undefined; to?: string | undefined };
export const DiffOut = z.object({
  from: Edition.nullable().describe("`null` while nothing is in force: everything is new"),
  to: Edition,
  changes: z.array(Change).describe("Empty where both are the same"),
});
export type DiffOut = z.infer<typeof DiffOut>;

export const PublishedOut = ReleaseOut.extend({
  canary: CanaryOut.nullable().describe("`null` where it is in force for all conversations"),
  changes: z.array(Change).describe("What differs from the release that was in force until then"),
});
export type PublishedOut = z.infer<typeof PublishedOut>;

export const RolledBackOut = PublishedOut.omit({ changes: true });
export type RolledBackOut = z.infer<typeof RolledBackOut>;

export function toReleaseOut(row: ReleaseRow, currentId: string | null): ReleaseOut {
  const { id, agentId, number, note, createdBy, createdAt } = row;
  return { id, agentId, number, note, createdBy, createdAt: isoTime(createdAt), current: id === currentId };
}
