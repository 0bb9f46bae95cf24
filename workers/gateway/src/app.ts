import { AppError, ERROR_CODES } from "@charla/domain/errors";
import { Hono, type Context } from "hono";
import type { App, AppEnv } from "./app-env.ts";
import { chatRoutes } from "./chat/mount.ts";
import { classify, problemResponse } from "./errors.ts";
import { fileRoutes } from "./files/mount.ts";
import { languageOf } from "./language.ts";
import { allowedMethods } from "./allowed-methods.ts";
import { requestIdOf } from "./middleware/request-id.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { mountEndpoints } from "./mount-endpoints.ts";
import { endpoints } from "./routes/index.ts";
import { countShed } from "./shed-counter.ts";
import { signInRoutes } from "./sign-in/mount.ts";
import { socketioRoutes } from "./socketio/mount.ts";
import { siteRoutes } from "./site/mount.ts";
import { logRequestFailure } from "./log.ts";

/** The whole public surface except webhooks, which never come this far. */
export function newApp(): App {
  const app: App = new Hono<AppEnv>({ strict: true });

  app.use(async (c, next) => {
    c.set("requestId", requestIdOf(c.req.raw.headers));
    c.set("language", languageOf(c.req.header("accept-language")));
    await next();
  });
  app.use(securityHeaders);
  app.onError((error, c) => fail(c, error));
  app.notFound((c) => notFound(app, c));

  mountEndpoints(app, endpoints);
  app.route("/auth", signInRoutes());
  siteRoutes(app);
  socketioRoutes(app);
  app.route("/chat", chatRoutes());
  app.route("/files", fileRoutes());
  return app;
}

function fail(c: Context<AppEnv>, error: unknown): Response {
  const { code, details } = classify(error);
  // Counted and not logged: a flood must not become a flood of lines.
  if (code === "RATE_LIMITED" || code === "OVERLOADED" || code === "REQUEST_TIMEOUT") countShed(c, code);
  else if (ERROR_CODES[code] !== "caller")
    logRequestFailure(c.var.requestId, c.req.method, c.req.routePath, code, error);
  // Thrown where a path that takes GET was asked with HEAD; every other wrong method ends in notFound.
  const extra: Record<string, string> = code === "METHOD_NOT_ALLOWED" ? { allow: "GET" } : {};
  return problemResponse(code, details, c.var.language, c.var.requestId, extra);
}

/** A path we know under another method is 405, files of the site are served, the rest does not exist. */
async function notFound(app: App, c: Context<AppEnv>): Promise<Response> {
  const { pathname } = new URL(c.req.url);
  const methods = allowedMethods(app, pathname);
  if (methods.length > 0 && !methods.includes(c.req.method)) {
    return problemResponse("METHOD_NOT_ALLOWED", {}, c.var.language, c.var.requestId, { allow: methods.join(", ") });
  }
  if (c.req.method === "GET" || c.req.method === "HEAD") {
    const file = await c.env.ASSETS.fetch(c.req.raw);
    if (file.status !== 404) return file;
  }
  return fail(c, new AppError("NOT_FOUND", "no such path"));
}
