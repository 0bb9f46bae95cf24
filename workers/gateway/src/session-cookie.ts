import { SignJWT, jwtVerify } from "jose";

export const ROLES = ["owner", "viewer"] as const;
export type Role = (typeof ROLES)[number];
export type Session = { id: string; tenantId: string; memberId: string; role: Role };
export type OpenSession = Session & { expiresAt: number };

const isRole = (value: unknown): value is Role => ROLES.some((role) => role === value);

const ISSUER = "charla";
const AUDIENCE = "charla-session";
const LIFETIME_SECONDS = 12 * 3600;

type SecretEnv = Pick<GatewayEnv, "SESSION_SECRET">;
const keyOf = (env: SecretEnv): Uint8Array => new TextEncoder().encode(env.SESSION_SECRET);

/** Browsers take the strict name only over TLS; plain http happens on a developer's machine alone. */
const isLocal = (url: URL): boolean => url.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname);
export const cookieName = (url: URL): string => (isLocal(url) ? "charla" : "__Host-charla");

const cookie = (url: URL, value: string, maxAge: number): string =>
  `${cookieName(url)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${isLocal(url) ? "" : "; Secure"}`;

export async function sessionCookie(env: SecretEnv, url: URL, session: Session, now: number): Promise<string> {
  const issuedAt = Math.floor(now / 1000);
  const token = await new SignJWT({ tenant: session.tenantId, role: session.role })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(session.memberId)
    .setJti(session.id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .sign(keyOf(env));
  return cookie(url, token, LIFETIME_SECONDS);
}

export const endedSessionCookie = (url: URL): string => cookie(url, "", 0);

export function sessionTokenOf(request: Request): string | null {
  const wanted = `${cookieName(new URL(request.url))}=`;
  const found = (request.headers.get("cookie") ?? "")
    .split(";")
    .map((part) => part.trim())
    .find((part) => part.startsWith(wanted));
  return found === undefined ? null : found.slice(wanted.length);
}

export async function readSession(env: SecretEnv, token: string, now: number): Promise<OpenSession | null> {
  if (token.length > 4096) return null;
  try {
    const { payload } = await jwtVerify(token, keyOf(env), {
      algorithms: ["HS256"],
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ["sub", "exp", "iat", "jti"],
      currentDate: new Date(now),
    });
    const { sub, jti, tenant, role, exp = 0 } = payload;
    if (typeof sub !== "string" || jti === undefined || typeof tenant !== "string" || !isRole(role)) return null;
    return { id: jti, memberId: sub, tenantId: tenant, role, expiresAt: exp * 1000 };
  } catch {
    // Expired, forged or malformed: all of them mean that nobody is signed in.
    return null;
  }
}

/** Only a path of our own survives; everything a browser could read as another origin becomes the start page. */
export function ownPath(returnTo: string | undefined): string {
  if (returnTo === undefined || !/^\/(?![/\\])[\x21-\x7e]*$/.test(returnTo) || returnTo.includes("\\")) return "/";
  const resolved = URL.parse(returnTo, "https://own.invalid");
  if (resolved === null || resolved.origin !== "https://own.invalid" || resolved.pathname.startsWith("//")) return "/";
  return `${resolved.pathname}${resolved.search}${resolved.hash}`;
}
