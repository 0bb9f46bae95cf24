import type { Ctx, PlatformCtx } from "@charla/services/context";
import type { Hono } from "hono";
import type { Language } from "./language.ts";

export type Variables = {
  requestId: string;
  language: Language;
  /** Whose resources are asked for, as soon as that is known. */
  tenantId: string | undefined;
  /** Set by authentication on every route of the admin API; a tenant's routes have `ctx` besides. */
  platform: PlatformCtx;
  ctx: Ctx;
};

export type AppEnv = { Bindings: GatewayEnv; Variables: Variables };

export type App = Hono<AppEnv>;
