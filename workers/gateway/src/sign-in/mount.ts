import { AppError } from "@charla/domain/errors";
import { endSession } from "@charla/services/links/end-session";
import { linkIsOpen } from "@charla/services/links/is-open";
import { redeemLink } from "@charla/services/links/redeem";
import { Hono, type Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import { isOwnOrigin } from "../chat/origins.ts";
import { readCapped } from "../middleware/body-limit.ts";
import { requireWithinIpLimit } from "../middleware/rate-limit.ts";
import { platformCtx } from "../services.ts";
import { endedSessionCookie, ownPath, readSession, sessionCookie, sessionTokenOf } from "../session-cookie.ts";
import { goneLinkPage, signInPage } from "./page.ts";
import { signInStyle } from "./style.ts";

const MAX_FORM = 4096;
const FORM_TYPE = /^application\/x-www-form-urlencoded(?:\s*;|$)/i;
const TOKEN = /^[\w-]{1,256}$/;

type Wish = { token: string | undefined; returnTo: string | undefined };

/** Signing in with a link that works once, and out. Members and their passwords or passkeys come beside it. */
export function signInRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  routes.get("/link", async (c) => {
    await requireWithinIpLimit(c.env, c.req.raw, "sign-in");
    const { token, returnTo } = wishOf(new URL(c.req.url).searchParams);
    if (token === undefined || !(await linkIsOpen(await platformCtx(c.env, { type: "system" }), token))) return gone(c);
    return page(c, signInPage(c.var.language, { token, returnTo }), 200);
  });

  routes.post("/link", async (c) => {
    await requireWithinIpLimit(c.env, c.req.raw, "sign-in");
    requireOwnOrigin(c, "sign-in");
    const { token, returnTo } = wishOf(await formOf(c.req.raw));
    const link = token === undefined ? null : await redeemLink(await platformCtx(c.env, { type: "system" }), token);
    if (link === null) return gone(c);
    const session = { id: link.sessionId, tenantId: link.tenantId, memberId: link.subject, role: "owner" } as const;
    const cookie = await sessionCookie(c.env, new URL(c.req.url), session, Date.now());
    const headers = { location: returnTo ?? ownPath(link.returnTo), "set-cookie": cookie };
    return new Response(null, { status: 303, headers });
  });

  routes.get("/style.css", (c) => {
    const headers = { "content-type": "text/css; charset=utf-8", "cache-control": "public, max-age=300" };
    return c.body(signInStyle, 200, headers);
  });

  routes.post("/sign-out", async (c) => {
    requireOwnOrigin(c, "sign-out");
    const token = sessionTokenOf(c.req.raw);
    const session = token === null ? null : await readSession(c.env, token, Date.now());
    if (session !== null) await endSession(await platformCtx(c.env, { type: "system" }), session.id);
    return new Response(null, { status: 204, headers: { "set-cookie": endedSessionCookie(new URL(c.req.url)) } });
  });

  return routes;
}

const page = (c: Context<AppEnv>, html: string, status: 200 | 410): Response =>
  c.html(html, status, { "content-language": c.var.language, vary: "accept-language" });

/** Used, expired and never made are told apart for nobody. */
const gone = (c: Context<AppEnv>): Response => page(c, goneLinkPage(c.var.language), 410);

/** Nobody is signed in or out by a page of somebody else. */
function requireOwnOrigin(c: Context<AppEnv>, what: string): void {
  const origin = c.req.header("origin");
  if (origin === undefined || !isOwnOrigin(origin, c.req.url, c.env))
    throw new AppError("FORBIDDEN", `${what} from a foreign origin`);
}

function wishOf(fields: URLSearchParams): Wish {
  const token = fields.get("token") ?? "";
  const returnTo = fields.get("returnTo");
  return {
    token: TOKEN.test(token) ? token : undefined,
    returnTo: returnTo === null ? undefined : ownPath(returnTo),
  };
}

async function formOf(request: Request): Promise<URLSearchParams> {
  if (!FORM_TYPE.test(request.headers.get("content-type") ?? ""))
    throw new AppError("UNSUPPORTED_MEDIA_TYPE", "sign-in without a form");
  return new URLSearchParams(new TextDecoder().decode(await readCapped(request, MAX_FORM)));
}
