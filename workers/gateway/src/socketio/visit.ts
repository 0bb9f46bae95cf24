import { AppError } from "@charla/domain/errors";
import { decodeJwt } from "jose";
import * as z from "zod";
import { chatAccount, type ChatAccount } from "../chat/account.ts";
import { verifyIdentity, visitorIdOf } from "../chat/identity.ts";
import { requireOrigin } from "../chat/origins.ts";
import { ISSUER, verifyVisitor, type Visitor } from "../chat/visitor-token.ts";
import { asRequest, type Knock } from "./knock.ts";

/** Somebody who was let in, and to which channel. */
export type Visit = { account: ChatAccount; visitor: Visitor };

const Auth = z.looseObject({
  token: z.string().max(4096).optional(),
  channel: z.string().max(64).optional(),
  identity: z.string().max(4096).optional(),
  userId: z.string().min(1).max(256).optional(),
});
type Auth = z.output<typeof Auth>;

/** What a client says of itself as it connects: a visitor token of ours, or an identity that the tenant's site vouches for. */
export async function visitOf(env: GatewayEnv, said: unknown, knock: Knock): Promise<Visit> {
  const read = Auth.safeParse(said);
  if (!read.success) throw refused();
  const account = await accountOf(env, channelOf(read.data), knock);
  return { account, visitor: await visitorOf(account, read.data) };
}

/** The origin is asked for again wherever a request belongs to a session that was let in. */
export async function accountOf(env: GatewayEnv, channelId: string, knock: Knock): Promise<ChatAccount> {
  const request = asRequest(knock);
  const account = await chatAccount(env, request, channelId, Date.now());
  if (account.kind !== "socketio") throw refused();
  requireOrigin(account, request, env);
  return account;
}

async function visitorOf(account: ChatAccount, { token, identity, userId }: Auth): Promise<Visitor> {
  const now = Date.now();
  const vouched = identity ?? (token !== undefined && claimsOf(token).iss !== ISSUER ? token : undefined);
  if (vouched === undefined) return verifyVisitor(account, token ?? null, now);
  const { userId: user, name } = await verifyIdentity(account, vouched, userId, now);
  const named = name === undefined ? {} : { name: name.slice(0, 120) };
  return { id: await visitorIdOf(account, user), userId: user, ...named };
}

/** Where no channel is named, the token's audience is one: that alone opens nothing. */
function channelOf({ channel, token, identity }: Auth): string {
  return channel ?? [claimsOf(token ?? identity ?? "").aud].flat()[0] ?? "";
}

function claimsOf(token: string): { iss?: string | undefined; aud?: string | string[] | undefined } {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}

const refused = (): AppError => new AppError("UNAUTHENTICATED", "socket.io client refused");
