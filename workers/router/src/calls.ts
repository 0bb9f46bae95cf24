import { isShed } from "@charla/domain/admission";
import { CALL_HEADER, type CallEntry, type CallMoment } from "@charla/domain/call";
import { isAppError } from "@charla/domain/errors";
import { objectNameOf } from "@charla/domain/inbound";
import type { OpenAccount } from "./accounts.ts";
import { refusals, refuse } from "./answers.ts";
import { within } from "./deadline.ts";
import type { Deps } from "./deps.ts";
import { type Trace, turnAway } from "./trace.ts";
import { webhookOf } from "./webhook-request.ts";

/** Vendors give up after 15 s; the conversation itself waits six for an answer. */
const STEP_MS = 10_000;

const nameOf = ({ route }: OpenAccount, callId: string): string =>
  objectNameOf({ tenantId: route.tenantId, channelId: route.id, thread: callId });

/** What is in a webhook about a call is durable by now; the conversation says how the call goes on. */
export async function answerCall(
  found: OpenAccount,
  { callId, moment }: { callId: string; moment: CallMoment },
  deps: Deps,
  trace: Trace,
): Promise<Response> {
  const { channel, account, route } = found;
  if (channel.calls === undefined) return refuse(refusals.notFound, trace.trackingId);
  const asked = { tenantId: route.tenantId, callId, moment };
  try {
    const step = await within(deps.call(nameOf(found, callId)).callStep(asked), STEP_MS, "the call");
    return channel.calls.respond(step, callId, account);
  } catch (error) {
    // The end of a call that never reached us, or of one that has been erased. One that only begins waits in the queue
    // for its conversation, and the vendor must try again.
    if (!isAppError(error, "NOT_FOUND")) throw error;
    if (moment.kind === "incoming") return refuse(refusals.unavailable, trace.trackingId);
    return channel.calls.respond({ do: "nothing" }, callId, account);
  }
}

/** Hands the vendor's socket to the conversation. Whoever cannot prove the upgrade learns nothing about the call. */
export async function openCall(request: Request, found: OpenAccount, deps: Deps, trace: Trace): Promise<Response> {
  const { channel, account, route } = found;
  const { trackingId: id } = trace;
  if (channel.calls === undefined) return refuse(refusals.methodNotAllowed, id);
  const now = deps.clock();
  const subject = { tenantId: route.tenantId, accountId: route.id };
  const pass = deps.admission.enter(subject, now);
  if (isShed(pass)) return turnAway(pass, deps, trace);
  try {
    const admitted = await channel.calls.admit(webhookOf(request, account, new Uint8Array(0)), account);
    if (!admitted.ok) {
      trace.reason = admitted.reason;
      return refuse(admitted.status === 403 ? refusals.forbidden : refusals.unauthenticated, id);
    }
    deps.admission.charge(subject, 1, now);
    const { callId, ticket } = admitted;
    const entry: CallEntry = { tenantId: route.tenantId, callId, ticket };
    // A fresh request, so that nothing a client sent can pass for one of our own headers.
    const headers = { upgrade: "websocket", connection: "upgrade", [CALL_HEADER]: JSON.stringify(entry) };
    const response = await deps
      .call(nameOf(found, callId))
      .fetch(new Request("https://conversation/call", { headers }));
    if (response.status === 101) return response;
    await response.body?.cancel();
    return refuse(response.status === 503 ? refusals.unavailable : refusals.forbidden, id);
  } finally {
    pass.leave();
  }
}
