import type { TenantRow } from "@charla/db/control/tenants";
import * as z from "zod";
import { isoTime } from "../paging.ts";

export const Limits = z.strictObject({
  tokens: z.int().nonnegative().nullable().describe("Tokens per period; null is unlimited"),
  micros: z.int().nonnegative().nullable().describe("Millionths of a dollar per period; null is unlimited"),
  period: z.enum(["day", "month"]),
});

export const NO_LIMITS = { tokens: null, micros: null, period: "month" } as const;

export const CreateTenantInput = z.strictObject({
  slug: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
    .describe("Short name, unique on the platform"),
  name: z.string().min(1).max(120),
  language: z.enum(["es", "en"]).default("es"),
  limits: Limits.default(NO_LIMITS),
});
export type CreateTenantInput = z.infer<typeof CreateTenantInput>;

export const UpdateTenantInput = z.strictObject({
  name: z.string().min(1).max(120).optional(),
  language: z.enum(["es", "en"]).optional(),
});
export type UpdateTenantInput = z.infer<typeof UpdateTenantInput>;

export const TenantOut = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  language: z.enum(["es", "en"]),
  status: z.enum(["creating", "active", "paused", "suspended", "deleting"]),
  limits: Limits,
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type TenantOut = z.infer<typeof TenantOut>;

export function toTenantOut(row: TenantRow): TenantOut {
  const { id, slug, name, language, status, limits } = row;
  return {
    id,
    slug,
    name,
    language,
    status,
    limits,
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
  };
}
