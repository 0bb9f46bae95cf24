import { AppError } from "@charla/domain/errors";
import { endSession } from "@charla/services/links/end-session";
import { redeemLink } from "@charla/services/links/redeem";
import { Hono } from "hono";
import type { AppEnv } from "./app-env.ts";
import { isOwnOrigin } from "./chat/origins.ts";
import { getOnly } from "./middleware/get-only.ts";
import { requireWithinIpLimit } from "./middleware/rate-limit.ts";
import { platformCtx } from "./services.ts";
import { endedSessionCookie, ownPath, readSession, sessionCookie, sessionTokenOf } from "./session-cookie.ts";

/** Signing in with a link that works once, and out. Members and their passwords or passkeys come beside it. */
export function signInRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  routes.get("/link", getOnly, async (c) => {
    await requireWithinIpLimit(c.env, c.req.raw, "sign-in");
    const token = c.req.query("token") ?? "";
    const { control, now } = await platformCtx(c.env, { type: "system" });
    const link = token === "" || token.length > 256 ? null : await redeemLink({ control, now }, token);
    if (link === null)
      throw new AppError("UNAUTHENTICATED", "link unknown, used or expired", {
        publicMessage: "This link was used or has expired",
      });
    const url = new URL(c.req.url);
    const session = { id: link.sessionId, tenantId: link.tenantId, memberId: link.subject, role: "owner" } as const;
    const returnTo = ownPath(c.req.query("returnTo") ?? link.returnTo);
    return new Response(null, {
      status: 303,
      headers: { location: returnTo, "set-cookie": await sessionCookie(c.env, url, session, Date.now()) },
    });
  });

  routes.post("/sign-out", async (c) => {
    const origin = c.req.header("origin");
    if (origin === undefined || !isOwnOrigin(origin, c.req.url, c.env))
      throw new AppError("FORBIDDEN", "sign-out from a foreign origin");
    const token = sessionTokenOf(c.req.raw);
    const session = token === null ? null : await readSession(c.env, token, Date.now());
    if (session !== null) await endSession(await platformCtx(c.env, { type: "system" }), session.id);
    return new Response(null, { status: 204, headers: { "set-cookie": endedSessionCookie(new URL(c.req.url)) } });
  });

  return routes;
}
