import { AppError } from "@charla/domain/errors";
import { isId } from "@charla/domain/ids";
import { authenticateApiKey } from "@charla/services/api-keys/authenticate";
import { requirePermission, TENANT_PERMISSIONS, type Permission } from "@charla/services/auth/permissions";
import { actorName, type Actor, type PlatformCtx } from "@charla/services/context";
import { sessionStands } from "@charla/services/links/session-stands";
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import { bearerOf } from "../bearer.ts";
import { isOwnOrigin } from "../chat/origins.ts";
import type { Access } from "../endpoint.ts";
import { isPlatformKey } from "../platform-key.ts";
import { platformCtx, tenantCtx } from "../services.ts";
import { readSession, sessionTokenOf, type Role } from "../session-cookie.ts";
import { requireWithinIpLimit, requireWithinKeyLimit } from "./rate-limit.ts";

/** With the platform key this header says for which tenant one acts; with any other credential it is ignored. */
export const TENANT_HEADER = "charla-tenant";

const refused = (): AppError => new AppError("UNAUTHENTICATED", "no valid credential");

async function actorOf(c: Context<AppEnv>): Promise<Actor> {
  const { env } = c;
  const request = c.req.raw;
  if (request.headers.has("authorization")) {
    if (await isPlatformKey(env, request.headers)) return { type: "platform" };
    const key = bearerOf(request.headers);
    if (key === null || !key.startsWith("ck_")) throw refused();
    const { control, now } = await platformCtx(env, { type: "system" });
    const actor = await authenticateApiKey({ control, now }, key);
    if (actor === null) throw refused();
    return actor;
  }
  return memberOf(env, request);
}

/** What a role may do; roles of a tenant's own making join here. */
const permissionsOf = (role: Role): readonly Permission[] =>
  role === "owner" ? TENANT_PERMISSIONS : TENANT_PERMISSIONS.filter((permission) => permission.endsWith(".read"));

async function memberOf(env: GatewayEnv, request: Request): Promise<Actor> {
  const token = sessionTokenOf(request);
  const session = token === null ? null : await readSession(env, token, Date.now());
  if (session === null || !(await sessionStands(await platformCtx(env, { type: "system" }), session.id)))
    throw refused();
  requireSameOrigin(env, request);
  const { id: sessionId, memberId, tenantId, role, expiresAt } = session;
  return { type: "member", id: memberId, tenantId, permissions: permissionsOf(role), sessionId, expiresAt };
}

/** A cookie is sent by the browser, whoever asked; the Origin tells who did. Sockets are opened by GET and count as changes. */
function requireSameOrigin(env: GatewayEnv, request: Request): void {
  const isSocket = request.headers.get("upgrade")?.toLowerCase() === "websocket";
  if (!isSocket && (request.method === "GET" || request.method === "HEAD")) return;
  const origin = request.headers.get("origin");
  if (origin === null || !isOwnOrigin(origin, request.url, env)) {
    throw new AppError("FORBIDDEN", "cookie with a foreign origin", {
      publicMessage: {
        es: "Con una sesión, los cambios necesitan el mismo Origin",
        en: "Changes with a session need the same Origin",
      },
    });
  }
}

function tenantIdOf(c: Context<AppEnv>, actor: Actor): string {
  if (actor.type === "api_key" || actor.type === "member") return actor.tenantId;
  const chosen = c.req.header(TENANT_HEADER);
  if (!isId("tenant", chosen)) {
    throw new AppError("BAD_REQUEST", "platform key without a tenant", {
      publicMessage: "With the platform key, name the tenant in the header Charla-Tenant",
    });
  }
  return chosen;
}

function requirePlatform(platform: PlatformCtx): void {
  if (platform.actor.type !== "platform") throw new AppError("FORBIDDEN", "platform route with a tenant's credential");
}

/** Who acts, within which limits, on what: done before anything of the request is read. */
export async function authenticate(c: Context<AppEnv>, access: Access): Promise<void> {
  await requireWithinIpLimit(c.env, c.req.raw, "api");
  const actor = await actorOf(c);
  if (actor.type === "api_key" || actor.type === "member") c.set("tenantId", actor.tenantId);
  await requireWithinKeyLimit(c.env, actorName(actor));
  const platform = await platformCtx(c.env, actor);
  c.set("platform", platform);
  if (access.who === "platform") return requirePlatform(platform);
  const ctx = await tenantCtx(platform, tenantIdOf(c, actor));
  // The verbs check again; here it keeps bodies and objects away from whoever may not.
  requirePermission(ctx, access.permission);
  c.set("ctx", ctx);
}
