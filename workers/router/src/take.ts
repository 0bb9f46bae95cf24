import type { ParsedWebhook, WebhookRequest } from "@charla/channels/contract";
import type { Pass } from "@charla/domain/admission";
import { isAppError, textIn } from "@charla/domain/errors";
import type { Arrival } from "@charla/domain/inbound";
import type { OpenAccount } from "./accounts.ts";
import { receipt, refusals, refuse } from "./answers.ts";
import { byAlias } from "./by-alias.ts";
import { answerCall } from "./calls.ts";
import { deliver } from "./deliver.ts";
import type { Deps } from "./deps.ts";
import { enriched } from "./enrich.ts";
import { type Trace, turnAway } from "./trace.ts";

/** What a verified webhook holds, put where it is durable; only then is it answered 2xx. */
export async function take(
  found: OpenAccount,
  webhook: WebhookRequest,
  pass: Pass,
  deps: Deps,
  trace: Trace,
  now: number,
): Promise<Response> {
  const { channel, account, route } = found;
  let parsed: ParsedWebhook;
  try {
    parsed = (await channel.parse?.(webhook, account, now)) ?? { arrivals: [], rejected: [] };
  } catch (error) {
    if (!isAppError(error, "BAD_REQUEST")) throw error;
    trace.reason = error.message;
    const { publicMessage } = error.details;
    // For whoever writes the program that sends.
    return refuse(refusals.badRequest, trace.trackingId, publicMessage && textIn(publicMessage, "en"));
  }
  const refused = pass.weigh(Math.max(1, parsed.arrivals.length));
  if (refused !== null) return turnAway(refused, deps, trace);
  parsed = await byAlias(await enriched(found, parsed, webhook, deps, now), route, deps);
  const { rejected } = parsed;
  const arrivals = parsed.arrivals.map((part): Arrival => ({
    key: { tenantId: route.tenantId, channelId: route.id, thread: part.thread },
    channelKind: route.kind,
    agentId: route.agentId,
    contact: part.contact,
    trackingId: trace.trackingId,
    events: part.events,
    statuses: part.statuses,
    ...(part.ifBegun && { ifBegun: true }),
  }));
  const items = arrivals.reduce((sum, { events }) => sum + events.length, rejected.length);
  deps.admission.charge({ tenantId: route.tenantId, accountId: route.id }, Math.max(1, items), now);
  const { accepted, duplicates, spilled, failed } = await deliver(arrivals, deps);
  Object.assign(trace, { accepted, duplicates, spilled, rejected: rejected.length, conversations: arrivals.length });
  const kept = rejected.length === 0 || (await keepRejected(rejected, route, deps, trace));
  if (failed > 0 || !kept) return refuse(refusals.unavailable, trace.trackingId);
  const call = channel.calls?.momentOf(webhook);
  if (call) return await answerCall(found, call, deps, trace);
  return channel.acknowledge?.(parsed) ?? receipt({ accepted, duplicates, rejected }, trace.trackingId);
}

/** After the good items, which need no database; where nobody can see a bad one, the sender has to keep it for now. */
async function keepRejected(
  items: ParsedWebhook["rejected"],
  route: OpenAccount["route"],
  deps: Deps,
  trace: Trace,
): Promise<boolean> {
  try {
    await deps.quarantine({ tenantId: route.tenantId, channelId: route.id, items });
    return true;
  } catch (error) {
    deps.log.error("webhook:failed", { ...trace, task: "quarantine", error });
    return false;
  }
}
