import { AppError } from "@charla/domain/errors";
import type { ChatAccount } from "./account.ts";

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/;

/** Own pages always, other sites by the channel's list. A client that is no browser sends no Origin. */
export function originAllowed(
  account: ChatAccount,
  origin: string | null,
  requestUrl: string,
  env: GatewayEnv,
): boolean {
  if (origin === null) return true;
  if (isOwnOrigin(origin, requestUrl, env)) return true;
  return account.config.allowedOrigins.includes(origin);
}

/** Locally the same server is reached by two names of one machine. */
export function isOwnOrigin(
  origin: string,
  requestUrl: string,
  env: Pick<GatewayEnv, "ENVIRONMENT" | "PUBLIC_BASE_URL">,
): boolean {
  const own = new URL(requestUrl);
  if (origin === own.origin || origin === new URL(env.PUBLIC_BASE_URL).origin) return true;
  if (env.ENVIRONMENT !== "development" || !LOOPBACK.test(origin)) return false;
  return URL.parse(origin)?.port === own.port;
}

export function requireOrigin(account: ChatAccount, request: Request, env: GatewayEnv): void {
  if (!originAllowed(account, request.headers.get("origin"), request.url, env)) {
    throw new AppError("FORBIDDEN", "origin not in the channel's list", {
      publicMessage: "This site may not use this chat",
    });
  }
}

/** Only an allowed origin ever sees its name in an answer; no cookie takes part in the chat. */
export function corsHeaders(account: ChatAccount, request: Request, env: GatewayEnv): Record<string, string> {
  const origin = request.headers.get("origin");
  if (origin === null || !originAllowed(account, origin, request.url, env)) return { vary: "Origin" };
  return {
    vary: "Origin",
    "access-control-allow-origin": origin,
    "access-control-expose-headers": "x-request-id, retry-after",
    "cross-origin-resource-policy": "cross-origin",
  };
}

export const preflightHeaders: Record<string, string> = {
  "access-control-allow-methods": "GET, POST",
  "access-control-allow-headers": "authorization, content-type, last-event-id",
  "access-control-max-age": "600",
};
