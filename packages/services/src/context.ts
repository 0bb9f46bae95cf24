import type { ControlDb, TenantDb } from "@charla/db/open";
import type { Pool } from "@charla/db/pool";
import type { TenantRow } from "@charla/db/control/tenants";
import type { EgressPolicy } from "@charla/domain/egress-policy";
import type { TenantGateRpc } from "@charla/domain/rpc";
import type { Permission } from "./auth/permissions.ts";
import type { Files } from "./vault/contact-keys.ts";
import type { Keyring } from "./vault/keyring.ts";

/** Who acts. The credential decides; nothing in a request can. */
export type Actor =
  | { type: "platform" }
  /** The platform's own work: queue consumers and cron. */
  | { type: "system" }
  | { type: "api_key"; id: string; tenantId: string; scopes: readonly Permission[]; expiresAt?: number }
  | {
      type: "member";
      id: string;
      tenantId: string;
      name?: string;
      permissions: readonly Permission[];
      sessionId?: string;
      expiresAt?: number;
    };

/** The part of the KV namespace that is used. */
export type Config = {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
};

export type Gate = Pick<TenantGateRpc, "publish" | "setCanary" | "setStatus" | "setLimits">;

export type PlatformCtx = {
  actor: Actor;
  control: ControlDb;
  pool: Pool;
  config: Config;
  files: Files;
  keyring: Keyring;
  now: () => number;
  /** Under which vendors and browsers reach this installation. */
  publicBaseUrl: string;
  /** Where this installation may connect to when somebody else chose the address. */
  egress: EgressPolicy;
  gateOf: (tenantId: string) => Gate;
};

/** Everything a verb may touch, bound to one tenant. */
export type Ctx = PlatformCtx & {
  tenantId: string;
  tenant: TenantRow;
  wrappedKey: string;
  db: TenantDb;
  gate: Gate;
};

export const sessionCredential = (sessionId: string): string => `session:${sessionId}`;

/** What can be taken back of somebody: the key, or the session. */
export const credentialOf = (actor: Actor): string =>
  actor.type === "member" && actor.sessionId !== undefined ? sessionCredential(actor.sessionId) : actorName(actor);

export function actorName(actor: Actor): string {
  return actor.type === "api_key" || actor.type === "member" ? `${actor.type}:${actor.id}` : actor.type;
}
