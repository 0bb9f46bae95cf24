import type { AgentRow } from "@charla/db/tenant/agents";
import { AgentSettings } from "@charla/domain/release";
import * as z from "zod";
import { isoTime } from "../paging.ts";

export const CreateAgentInput = z.strictObject({ settings: AgentSettings });
export type CreateAgentInput = z.infer<typeof CreateAgentInput>;

export const UpdateAgentInput = z.strictObject({ settings: AgentSettings });
/** `ifVersion` comes from If-Match: the edit counts only if nobody else has edited meanwhile. */
export type UpdateAgentInput = z.infer<typeof UpdateAgentInput> & { ifVersion?: number };

export const AgentOut = z.object({
  id: z.string(),
  settings: AgentSettings.describe("The draft; what runs is the published release"),
  status: z.enum(["active", "archived"]),
  version: z.int().describe("Grows with every edit; also the ETag"),
  releaseId: z.string().nullable().describe("The release that runs"),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type AgentOut = z.infer<typeof AgentOut>;

export function toAgentOut({ id, settings, status, version, releaseId, createdAt, updatedAt }: AgentRow): AgentOut {
  return { id, settings, status, version, releaseId, createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt) };
}
