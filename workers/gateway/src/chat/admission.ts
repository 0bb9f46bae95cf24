import { Admission, isShed, type Pass, type Shed } from "@charla/domain/admission";
import { AppError } from "@charla/domain/errors";
import type { ChatAccount } from "./account.ts";
import type { Visitor } from "./visitor-token.ts";

/** Of one isolate. Thousands of visitors come back at once after an interruption, so much more than of webhooks may be under way. */
const REQUESTS = { perAccount: 512, perTenant: 512, total: 2_048, most: 3_072 };
/** Streams stay open, and one visitor needs no more than one per tab. */
const STREAMS = { perAccount: 8, perTenant: 1_024, total: 4_096, most: 6_144 };
const ANY_RATE = { accountPerSecond: Number.POSITIVE_INFINITY, tenantPerSecond: Number.POSITIVE_INFINITY };

let requests: Admission | undefined;
const streams = new Admission({ ...STREAMS, ...ANY_RATE });

type RateEnv = Pick<GatewayEnv, "TENANT_MESSAGES_PER_SECOND">;

function requestsOf(env: RateEnv): Admission {
  const perSecond = Number(env.TENANT_MESSAGES_PER_SECOND);
  return (requests ??= new Admission({ ...REQUESTS, accountPerSecond: perSecond, tenantPerSecond: perSecond }));
}

function enter(admission: Admission, subject: { tenantId: string; accountId: string }, now: number): Pass {
  const answer = admission.enter(subject, now);
  if (isShed(answer)) throw refusalOf(answer);
  return answer;
}

const refusalOf = ({ reason, retryAfterMs }: Shed): AppError =>
  new AppError(reason === "all_busy" ? "OVERLOADED" : "RATE_LIMITED", reason, { retryAfterMs });

const subjectOf = ({ tenantId, id }: ChatAccount) => ({ tenantId, accountId: id });

/** Before anything of a request is read, and without a count: a body that trickles in must not keep others out. */
export function requireRoom(env: RateEnv, account: ChatAccount, now: number): void {
  const refused = requestsOf(env).refusal(subjectOf(account), now);
  if (refused !== null) throw refusalOf(refused);
}

/**
 * While what was asked is done, once it was read whole. The same bounds that webhooks have; frames on an open socket have
 * bounds of their own, in the conversation.
 */
export const enterChat = (env: RateEnv, account: ChatAccount, now: number): Pass =>
  enter(requestsOf(env), subjectOf(account), now);

/** For a message of a visitor whose token was good. */
export const chargeMessage = (env: RateEnv, account: ChatAccount, now: number): void =>
  requestsOf(env).charge(subjectOf(account), 1, now);

export const enterStream = (account: ChatAccount, visitor: Visitor, now: number): Pass =>
  enter(streams, { tenantId: account.tenantId, accountId: `${account.id}:${visitor.id}` }, now);
