import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";

const API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join("; ");

const ALWAYS: readonly (readonly [string, string])[] = [
  ["strict-transport-security", "max-age=63072000; includeSubDomains"],
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "no-referrer"],
  ["x-frame-options", "DENY"],
  ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"],
  ["cross-origin-opener-policy", "same-origin"],
];

/** Headers of S34 on an answer whose headers may be written. */
export function secure(headers: Headers): void {
  for (const [name, value] of ALWAYS) headers.set(name, value);
  const isPage = headers.get("content-type")?.startsWith("text/html") ?? false;
  // Stored files bring a stricter one.
  if (isPage || !headers.has("content-security-policy"))
    headers.set("content-security-policy", isPage ? PAGE_POLICY : API_POLICY);
  if (!headers.has("cross-origin-resource-policy")) headers.set("cross-origin-resource-policy", "same-origin");
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  headers.delete("server");
  headers.delete("x-powered-by");
}

/** An answer that came from another Worker has fixed headers and is wrapped; an upgrade is passed as it is. */
export function secured(response: Response): Response {
  if (response.status === 101) return response;
  const copy = new Response(response.body, response);
  secure(copy.headers);
  return copy;
}

export const securityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  if (c.res.status === 101) return;
  c.res = secured(c.res);
  c.res.headers.set("x-request-id", c.var.requestId);
  if (c.req.path.startsWith("/v1/")) c.res.headers.set("ratelimit-policy", c.env.RATE_LIMIT_POLICY);
};
