import type { Verdict, WebhookRequest } from "@charla/channels/contract";
import { isShed } from "@charla/domain/admission";
import { isAppError } from "@charla/domain/errors";
import { isId, newId } from "@charla/domain/ids";
import type { OpenAccount } from "./accounts.ts";
import { refusals, refuse } from "./answers.ts";
import { openCall } from "./calls.ts";
import type { Deps } from "./deps.ts";
import { readBody, type Unread } from "./raw-body.ts";
import { report } from "./report.ts";
import { take } from "./take.ts";
import { type Trace, turnAway } from "./trace.ts";
import { takesContent, webhookOf } from "./webhook-request.ts";

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
  const { channel, route } = found;
  if (channel.verify === undefined || channel.parse === undefined) return refuse(refusals.notFound, id);
  trace.tenantId = route.tenantId;
  trace.channelId = channelId;
  trace.channelKind = kind;
  if (method === "GET" && headers.get("upgrade")?.toLowerCase() === "websocket")
    return await openCall(request, found, deps, trace);
  if (method === "GET") {
    return (await shakeHands(request, found, deps, now)) ?? refuse(refusals.methodNotAllowed, id);
  }

  if (!takesContent(headers, channel.contentTypes)) return refuse(refusals.wrongType, id);
  // Asked before the body is read, so that refusing a flood costs next to nothing.
  const full = deps.admission.refusal(subjectOf(found), now);
  if (full !== null) return turnAway(full, deps, trace);
  return await read(request, found, deps, trace, now);
}

async function shakeHands(request: Request, found: OpenAccount, deps: Deps, now: number): Promise<Response | null> {
  const shake = async ({ channel, account }: OpenAccount): Promise<Response | null> =>
    (await channel.handshake?.(webhookOf(request, account, new Uint8Array(0)), account)) ?? null;
  const response = await shake(found);
  if (response === null || response.ok) return response;
  const changed = await deps.accounts.changed(found, now);
  return changed === null ? response : shake(changed);
}

const subjectOf = ({ route }: OpenAccount) => ({ tenantId: route.tenantId, accountId: route.id });

async function read(request: Request, known: OpenAccount, deps: Deps, trace: Trace, now: number): Promise<Response> {
  const { trackingId: id } = trace;
  const rawBody = await readBody(request, known.channel.maxBodyBytes, known.route.id, deps.readers);
  if (typeof rawBody === "string") return unread(rawBody, deps, trace);
  trace.bytes = rawBody.length;
  let found = known;
  let proof = await proofOf(request, rawBody, found, now);
  if (!proof.ok) {
    const changed = await deps.accounts.changed(known, now);
    if (changed !== null) proof = await proofOf(request, rawBody, (found = changed), now);
  }
  const { channel, account } = found;
  if (!proof.ok) {
    trace.reason = proof.reason;
    deps.refused(account.tenantId, account.id);
    return refuse(proof.status === 403 ? refusals.forbidden : refusals.unauthenticated, id);
  }
  const webhook = webhookOf(request, account, rawBody);
  // A challenge inside a signed body is answered only to who can sign.
  const handshake = await channel.handshake?.(webhook, account);
  return handshake ?? (await admitted(found, webhook, deps, trace, now));
}

/** Who did not send a whole body took nothing of what the account may use; the slow ones are worth a count. */
function unread(why: Unread, deps: Deps, trace: Trace): Response {
  if (why === "tooSlow") deps.shed("body_slow", trace.tenantId);
  trace.reason = why;
  return refuse(refusals[why], trace.trackingId);
}

/** Places of the account and its tenant are for what its own sender has signed. */
async function admitted(
  found: OpenAccount,
  webhook: WebhookRequest,
  deps: Deps,
  trace: Trace,
  now: number,
): Promise<Response> {
  const pass = deps.admission.enter(subjectOf(found), now);
  if (isShed(pass)) return turnAway(pass, deps, trace);
  try {
    return await take(found, webhook, pass, deps, trace, now);
  } finally {
    pass.leave();
  }
}

const UNPROVEN: Verdict = { ok: false, status: 401, reason: "nothing proves who sends" };

const proofOf = async (
  request: Request,
  rawBody: Uint8Array,
  { channel, account }: OpenAccount,
  now: number,
): Promise<Verdict> => (await channel.verify?.(webhookOf(request, account, rawBody), account, now)) ?? UNPROVEN;
