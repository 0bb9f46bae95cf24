import type { ApiKeyRow } from "@charla/db/control/api-keys";
import * as z from "zod";
import { Scope } from "../auth/permissions.ts";
import { isoTime } from "../paging.ts";

export const CreateApiKeyInput = z.strictObject({
  name: z.string().min(1).max(120),
  scopes: z.array(Scope).min(1).max(Scope.options.length),
  expiresAt: z.iso.datetime().optional(),
});
export type CreateApiKeyInput = z.infer<typeof CreateApiKeyInput>;

export const ApiKeyOut = z.object({
  id: z.string(),
  name: z.string(),
  hint: z.string().describe("Last characters of the key"),
  scopes: z.array(z.string()),
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable().describe("Exact to a few minutes"),
  revokedAt: z.string().nullable(),
});
export type ApiKeyOut = z.infer<typeof ApiKeyOut>;

export const ApiKeyCreated = ApiKeyOut.extend({ key: z.string().describe("Shown only this once") });
export type ApiKeyCreated = z.infer<typeof ApiKeyCreated>;

const timeOrNull = (at: number | null): string | null => (at === null ? null : isoTime(at));

export function toApiKeyOut(row: ApiKeyRow): ApiKeyOut {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    scopes: row.scopes,
    createdBy: row.createdBy,
    createdAt: isoTime(row.createdAt),
    expiresAt: timeOrNull(row.expiresAt),
    lastUsedAt: timeOrNull(row.lastUsedAt),
    revokedAt: timeOrNull(row.revokedAt),
  };
}
