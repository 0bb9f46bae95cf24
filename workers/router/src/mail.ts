import { headersOf } from "@charla/channels/email/envelope";
import type { WebhookRequest } from "@charla/channels/contract";
import { isShed } from "@charla/domain/admission";
import { AppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import type { MailDelivery, MailVerdict } from "@charla/domain/rpc";
import type { OpenAccount } from "./accounts.ts";
import type { Deps } from "./deps.ts";
import { report } from "./report.ts";
import { take } from "./take.ts";
import type { Trace } from "./trace.ts";

const UNKNOWN = { taken: false, reason: "5.1.1 There is no such mailbox here" } as const;

/**
 * A mail that the platform itself received. When this returns it is durable; while it cannot be made so, an error makes the
 * sender's server keep it and try again.
 */
export async function takeMail({ from, to, raw }: MailDelivery, deps: Deps): Promise<MailVerdict> {
  const startedAt = deps.clock();
  const trace: Trace = { trackingId: newId("tracking", startedAt), bytes: raw.length };
  try {
    const found = await accountAt(to.toLowerCase(), deps, startedAt);
    if (found === null || found.route.status !== "active") return UNKNOWN;
    Object.assign(trace, {
      tenantId: found.route.tenantId,
      channelId: found.route.id,
      channelKind: found.route.kind,
    });
    const { status } = await accepted(found, requestOf(found, { from, to, raw }), deps, trace, startedAt);
    report(deps, trace, status, deps.clock() - startedAt);
    if (status >= 200 && status < 300) return { taken: true };
    if (status < 500 && status !== 429) return { taken: false, reason: "5.6.0 The mail cannot be read" };
    throw new AppError("UNAVAILABLE", `the mail was answered ${status}`);
  } catch (error) {
    deps.log.error("webhook:failed", { ...trace, error });
    throw error;
  }
}

async function accepted(
  found: OpenAccount,
  request: WebhookRequest,
  deps: Deps,
  trace: Trace,
  now: number,
): Promise<Response> {
  const { tenantId, id: accountId } = found.route;
  const pass = deps.admission.enter({ tenantId, accountId }, now);
  if (isShed(pass)) throw new AppError("OVERLOADED", `the mail was shed: ${pass.reason}`);
  try {
    return await take(found, request, pass, deps, trace, now);
  } finally {
    pass.leave();
  }
}

/** The address itself, else what it is a detail of: `support+x@…` is for `support@…`. */
async function accountAt(address: string, deps: Deps, now: number): Promise<OpenAccount | null> {
  const base = address.replace(/\+[^@]*@/, "@");
  for (const one of new Set([address, base])) {
    const channelId = await deps.channelAt(one);
    if (channelId !== null) return deps.accounts.find(channelId, now);
  }
  return null;
}

function requestOf({ account }: OpenAccount, { from, to, raw }: MailDelivery): WebhookRequest {
  return {
    method: "POST",
    url: new URL(account.webhookUrl),
    publicUrl: account.webhookUrl,
    headers: headersOf({ from, to }),
    rawBody: raw,
  };
}
