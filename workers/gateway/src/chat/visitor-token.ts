import { AppError } from "@charla/domain/errors";
import { isId, newId } from "@charla/domain/ids";
import { SignJWT, jwtVerify } from "jose";
import type { ChatAccount } from "./account.ts";

export type Visitor = {
  id: string;
  name?: string;
  locale?: string;
  userId?: string;
  /** Of the token that was shown. */ expiresAt?: number;
};

export const ISSUER = "charla";
const LIFETIME_SECONDS = 24 * 3600;
/** An anonymous visitor who comes back within this time is still the same one. */
const RENEWAL_SECONDS = 30 * 24 * 3600;

export const newVisitorId = (): string => newId("visitor");

export async function signVisitor(
  account: ChatAccount,
  visitor: Visitor,
  now: number,
): Promise<{ token: string; expiresAt: string }> {
  const issuedAt = Math.floor(now / 1000);
  const expiresAt = issuedAt + LIFETIME_SECONDS;
  const { id, name, locale, userId } = visitor;
  const token = await new SignJWT({ name, locale, userId })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(ISSUER)
    .setAudience(account.id)
    .setSubject(id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(account.visitorKey);
  return { token, expiresAt: new Date(expiresAt * 1000).toISOString() };
}

async function read(
  account: ChatAccount,
  token: string,
  now: number,
  toleranceSeconds: number,
): Promise<Visitor | null> {
  try {
    const { payload } = await jwtVerify(token, account.visitorKey, {
      algorithms: ["HS256"],
      issuer: ISSUER,
      audience: account.id,
      requiredClaims: ["sub", "exp", "iat"],
      clockTolerance: toleranceSeconds,
      currentDate: new Date(now),
    });
    if (!isId("visitor", payload.sub)) return null;
    return {
      id: payload.sub,
      ...(payload.exp !== undefined && { expiresAt: payload.exp * 1000 }),
      ...(typeof payload["name"] === "string" ? { name: payload["name"] } : {}),
      ...(typeof payload["locale"] === "string" ? { locale: payload["locale"] } : {}),
      ...(typeof payload["userId"] === "string" ? { userId: payload["userId"] } : {}),
    };
  } catch {
    // Every flaw of a token gets the same answer; which one it was helps only an attacker.
    return null;
  }
}

export async function verifyVisitor(account: ChatAccount, token: string | null, now: number): Promise<Visitor> {
  const visitor = token === null || token.length > 4096 ? null : await read(account, token, now, 5);
  if (visitor === null) throw new AppError("UNAUTHENTICATED", "visitor token refused");
  return visitor;
}

/** The visitor of a token that may have run out; one who was identified has to be identified anew. */
export async function renewableVisitor(
  account: ChatAccount,
  token: string | null,
  now: number,
): Promise<Visitor | null> {
  if (token === null || token.length > 4096) return null;
  const current = await read(account, token, now, 5);
  if (current !== null) return current;
  const expired = await read(account, token, now, RENEWAL_SECONDS);
  return expired === null || expired.userId !== undefined ? null : expired;
}
