import type { Account, ParsedWebhook, WebhookRequest } from "@charla/channels/contract";
import { isAppError } from "@charla/domain/errors";
import { isId, newId } from "@charla/domain/ids";
import type { Arrival } from "@charla/domain/inbound";
import type { LogFields } from "@charla/telemetry/events";
import { writeWebhook } from "@charla/telemetry/metrics";
import type { OpenAccount } from "./accounts.ts";
import { badRequest, receipt, refusals, refuse } from "./answers.ts";
import { deliver } from "./deliver.ts";
import type { Deps } from "./deps.ts";
import { readBody } from "./raw-body.ts";

/** What the one line of log about this webhook will say. */
type Trace = LogFields & { trackingId: string; reason?: string };

const PATH = /^https?:\/\/[^/]+\/webhooks\/([a-z0-9_-]{1,32})\/([a-z0-9_]{1,64})(?:\?|$)/;

/** One handler for every channel: look up, read, verify, parse, accept, and only then answer 2xx. */
export async function handleWebhook(request: Request, deps: Deps): Promise<Response> {
  const startedAt = deps.clock();
  const trace: Trace = { trackingId: newId("tracking", startedAt) };
  const requestId = request.headers.get("x-request-id");
  if (requestId !== null) trace.requestId = requestId;
  let response: Response;
  try {
    response = await answer(request, deps, trace, startedAt);
  } catch (error) {
    deps.log.error("webhook:failed", { ...trace, error });
    response = refuse(isAppError(error, "UNAVAILABLE") ? refusals.unavailable : refusals.internal, trace.trackingId);
  }
  report(deps, trace, response.status, deps.clock() - startedAt);
  return response;
}

async function answer(request: Request, deps: Deps, trace: Trace, now: number): Promise<Response> {
  const id = trace.trackingId;
  const [, kind, channelId] = PATH.exec(request.url) ?? [];
  if (kind === undefined || !isId("channel", channelId)) return refuse(refusals.notFound, id);
  const { method, headers } = request;
  if (method !== "POST" && method !== "GET") return refuse(refusals.methodNotAllowed, id);

  let found: OpenAccount | null;
  try {
    found = await deps.accounts.find(channelId, now);
  } catch (error) {
    deps.log.error("account:broken", { ...trace, channelId, error });
    return refuse(refusals.unavailable, id);
  }
  if (found === null || found.route.status !== "active" || found.route.kind !== kind)
    return refuse(refusals.notFound, id);
  const { channel, account, route } = found;
  if (channel.verify === undefined || channel.parse === undefined) return refuse(refusals.notFound, id);
  trace.tenantId = route.tenantId;
  trace.channelId = channelId;
  trace.channelKind = kind;
  if (method === "GET") {
    const webhook = webhookOf(request, account, new Uint8Array(0));
    return (await channel.handshake?.(webhook, account)) ?? refuse(refusals.methodNotAllowed, id);
  }

  // Asked before the body is read, so that refusing a flood costs next to nothing.
  const verdict = deps.admission.verdict(route.tenantId);
  if (verdict !== "free") {
    trace.reason = verdict;
    return refuse(verdict === "tenant_busy" ? refusals.tenantBusy : refusals.overloaded, id);
  }
  if (!takesContent(headers, channel.contentTypes)) return refuse(refusals.wrongType, id);
  const rawBody = await readBody(request, channel.maxBodyBytes);
  if (rawBody === null) return refuse(refusals.tooLarge, id);
  trace.bytes = rawBody.length;
  const webhook = webhookOf(request, account, rawBody);
  const proof = await channel.verify(webhook, account, now);
  if (!proof.ok) {
    trace.reason = proof.reason;
    return refuse(proof.status === 403 ? refusals.forbidden : refusals.unauthenticated, id);
  }
  // A challenge inside a signed body is answered only to who can sign.
  const handshake = await channel.handshake?.(webhook, account);
  return handshake ?? (await take(found, webhook, deps, trace, now));
}

/** Few channels look at the address; parsing it for the others would be a cost for nothing. */
function webhookOf(request: Request, { webhookUrl }: Account, rawBody: Uint8Array): WebhookRequest {
  const { method, headers } = request;
  return {
    method,
    headers,
    rawBody,
    get url() {
      return new URL(request.url);
    },
    get publicUrl() {
      const query = request.url.indexOf("?");
      return query === -1 ? webhookUrl : webhookUrl + request.url.slice(query);
    },
  };
}

async function take(
  found: OpenAccount,
  webhook: WebhookRequest,
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
    return badRequest(trace.trackingId, error.details.publicMessage);
  }
  const { rejected } = parsed;
  const arrivals = parsed.arrivals.map((part): Arrival => ({
    key: { tenantId: route.tenantId, channelId: route.id, thread: part.thread },
    channelKind: route.kind,
    agentId: route.agentId,
    contact: part.contact,
    trackingId: trace.trackingId,
    events: part.events,
    statuses: part.statuses,
  }));
  deps.admission.enter(route.tenantId, arrivals.length);
  try {
    const { accepted, duplicates, spilled, failed } = await deliver(arrivals, deps);
    Object.assign(trace, { accepted, duplicates, spilled, rejected: rejected.length, conversations: arrivals.length });
    const kept = rejected.length === 0 || (await keepRejected(rejected, route, deps, trace));
    if (failed > 0 || !kept) return refuse(refusals.unavailable, trace.trackingId);
    return channel.acknowledge?.(parsed) ?? receipt({ accepted, duplicates, rejected }, trace.trackingId);
  } finally {
    deps.admission.leave(route.tenantId, arrivals.length);
  }
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

/** Bodies are read as they are: nothing compressed, and text only in UTF-8. */
function takesContent(headers: Headers, contentTypes: readonly string[] | undefined): boolean {
  if (contentTypes === undefined) return true;
  if ((headers.get("content-encoding") ?? "identity") !== "identity") return false;
  const header = (headers.get("content-type") ?? "").toLowerCase();
  if (contentTypes.includes(header)) return true;
  const [type = "", ...parameters] = header.split(";").map((part) => part.trim());
  if (!contentTypes.includes(type)) return false;
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  return charset === undefined || charset.replaceAll('"', "") === "utf-8";
}

function report(deps: Deps, trace: Trace, status: number, ms: number): void {
  deps.log.info("webhook:handled", { ...trace, status, ms });
  const { tenantId, channelId, channelKind, accepted = 0, duplicates = 0, rejected = 0, spilled = 0 } = trace;
  if (tenantId === undefined || channelId === undefined || channelKind === undefined) return;
  writeWebhook(deps.metrics, { tenantId, channelId, channelKind, status, accepted, duplicates, rejected, spilled, ms });
}
