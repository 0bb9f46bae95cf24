import { AppError } from "@charla/domain/errors";
import * as z from "zod";
import type { Actor } from "../context.ts";

export const PERMISSIONS = [
  "tenants.read",
  "tenants.write",
  "agents.read",
  "agents.write",
  "releases.publish",
  "channels.read",
  "channels.write",
  "providers.read",
  "providers.write",
  "knowledge.read",
  "knowledge.write",
  "conversations.read",
  "conversations.write",
  "contacts.read",
  "contacts.erase",
  "dead_letters.read",
  "dead_letters.write",
  "usage.read",
  "notices.read",
  "notices.write",
  "api_keys.read",
  "api_keys.write",
] as const;

export const Permission = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof Permission>;

/** What belongs to the platform is never granted by a tenant's key or role. */
const PLATFORM_ONLY: ReadonlySet<Permission> = new Set(["tenants.read", "tenants.write"]);

export const Scope = z.enum(PERMISSIONS.filter((permission) => !PLATFORM_ONLY.has(permission)));

export const TENANT_PERMISSIONS: readonly Permission[] = Scope.options;

type Subject = { actor: Actor; tenantId?: string; tenant?: { status: string } };

export function requirePermission({ actor, tenantId, tenant }: Subject, permission: Permission): void {
  if (actor.type === "platform" || actor.type === "system") return;
  // As if it did not exist: that a tenant exists is nobody else's business.
  if (tenantId !== undefined && actor.tenantId !== tenantId) throw new AppError("NOT_FOUND", "actor of another tenant");
  if (PLATFORM_ONLY.has(permission) || !grantsOf(actor).includes(permission))
    throw new AppError("FORBIDDEN", `${actor.type} ${actor.id} lacks ${permission}`, {
      publicMessage: { es: `Hace falta el permiso ${permission}`, en: `Requires ${permission}` },
    });
  if (tenant?.status === "suspended" && !permission.endsWith(".read"))
    throw new AppError("TENANT_SUSPENDED", "a suspended tenant cannot change anything");
}

export function grantsOf(actor: Actor): readonly Permission[] {
  if (actor.type === "api_key") return actor.scopes;
  return actor.type === "member" ? actor.permissions : PERMISSIONS;
}
