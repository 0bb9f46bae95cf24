import { AppError } from "@charla/domain/errors";
import { jwtVerify } from "jose";
import type { ChatAccount } from "./account.ts";

export type Identity = { userId: string; name?: string };

const refused = (): AppError =>
  new AppError("UNAUTHENTICATED", "identity refused", { publicMessage: "The identity is not valid" });

/** A user of the tenant's own site, vouched for by a JWT or by an HMAC-SHA256 of the user id. */
export async function verifyIdentity(
  account: ChatAccount,
  identity: string,
  userId: string | undefined,
  now: number,
): Promise<Identity> {
  return identity.includes(".") ? fromJwt(account, identity, now) : fromHmac(account, identity, userId);
}

async function fromJwt(account: ChatAccount, token: string, now: number): Promise<Identity> {
  try {
    const { payload } = await jwtVerify(token, account.identityKey, {
      algorithms: ["HS256"],
      requiredClaims: ["sub", "exp"],
      clockTolerance: 5,
      currentDate: new Date(now),
    });
    if (payload.aud !== undefined && ![payload.aud].flat().includes(account.id)) throw refused();
    if (payload.sub === undefined || payload.sub === "" || payload.sub.length > 256) throw refused();
    return { userId: payload.sub, ...(typeof payload["name"] === "string" ? { name: payload["name"] } : {}) };
  } catch {
    throw refused();
  }
}

async function fromHmac(account: ChatAccount, hex: string, userId: string | undefined): Promise<Identity> {
  if (userId === undefined || userId === "" || !/^[0-9a-f]{64}$/i.test(hex)) throw refused();
  const key = await crypto.subtle.importKey("raw", account.identityKey, { name: "HMAC", hash: "SHA-256" }, false, [
    "verify",
  ]);
  const signature = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const valid = await crypto.subtle.verify("HMAC", key, signature, new TextEncoder().encode(userId));
  if (!valid) throw refused();
  return { userId };
}

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** The same user has the same visitor id on every device, and the id does not tell who it is. */
export async function visitorIdOf(account: ChatAccount, userId: string): Promise<string> {
  const text = new TextEncoder().encode(`${account.id}|${userId}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return `vis_${Array.from(digest.subarray(0, 26), (byte) => ALPHABET.charAt(byte & 31)).join("")}`;
}
