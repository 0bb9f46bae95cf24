import type { ReleaseRow } from "@charla/db/tenant/releases";
import type { ResolvedTool, ToolConfig } from "@charla/domain/release";
import * as z from "zod";
import { type PageInput, isoTime } from "../paging.ts";

/** Checks tool configurations against the registry and makes them ready to run. */
export type ResolveTools = (configs: ToolConfig[]) => ResolvedTool[] | Promise<ResolvedTool[]>;

export const PublishReleaseInput = z.strictObject({ note: z.string().max(500).default("") });
export type PublishReleaseInput = { agentId: string; note?: string };
export type ReleaseRef = { agentId: string; releaseId: string };
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

export function toReleaseOut(row: ReleaseRow, currentId: string | null): ReleaseOut {
  const { id, agentId, number, note, createdBy, createdAt } = row;
  return { id, agentId, number, note, createdBy, createdAt: isoTime(createdAt), current: id === currentId };
}
