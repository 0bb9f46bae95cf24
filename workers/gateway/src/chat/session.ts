import type * as z from "zod";
import { conversationIdByKey } from "../objects.ts";
import type { ChatAccount } from "./account.ts";
import { agentCard } from "./agent-card.ts";
import { verifyIdentity, visitorIdOf } from "./identity.ts";
import type { SessionRequest, SessionResponse } from "./schemas.ts";
import { chatKey } from "./viewer.ts";
import { newVisitorId, renewableVisitor, signVisitor, type Visitor } from "./visitor-token.ts";

type Wishes = z.output<typeof SessionRequest>;

async function visitorFor(account: ChatAccount, wishes: Wishes, token: string | null, now: number): Promise<Visitor> {
  const known = await renewableVisitor(account, token, now);
  const name = wishes.name || known?.name;
  const locale = wishes.locale ?? known?.locale;
  const described = { ...(name ? { name } : {}), ...(locale === undefined ? {} : { locale }) };
  if (wishes.identity === undefined) return { ...known, ...described, id: known?.id ?? newVisitorId() };
  const identity = await verifyIdentity(account, wishes.identity, wishes.userId, now);
  const vouchedName = identity.name === undefined ? {} : { name: identity.name.slice(0, 120) };
  return { ...described, ...vouchedName, id: await visitorIdOf(account, identity.userId), userId: identity.userId };
}

/** A visitor's way in: a new one, the same one again, or a user the tenant's site vouches for. */
export async function openSession(
  env: GatewayEnv,
  account: ChatAccount,
  wishes: Wishes,
  token: string | null,
  now: number,
): Promise<z.output<typeof SessionResponse>> {
  const visitor = await visitorFor(account, wishes, token, now);
  const [signed, card] = await Promise.all([signVisitor(account, visitor, now), agentCard(env, account, now)]);
  const { title, color, greeting } = account.config;
  return {
    ...signed,
    conversationId: conversationIdByKey(env, chatKey(account, visitor)),
    agent: { name: card.name },
    demo: card.demo,
    title,
    color,
    ...(greeting === undefined ? {} : { greeting }),
  };
}
