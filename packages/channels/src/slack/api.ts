import type { SendErrorClass } from "@charla/domain/inbound";
import { isRecord } from "../json-body.ts";
import { type CallContext, callJson, retryAfterOf, withoutSecret } from "../json-call.ts";
import type { SlackAccount } from "./account.ts";

export type Called =
  | { ok: true; body: Record<string, unknown>; headers: Headers }
  | { ok: false; error: string; class: SendErrorClass; retryAfterMs?: number };
export type Refusal = Extract<Called, { ok: false }>;

/** One method of the Web API. It answers 200 to nearly everything, so what counts is what it says. */
export async function callSlack(
  method: string,
  params: Record<string, unknown>,
  { config, secrets }: Pick<SlackAccount, "config" | "secrets">,
  context: CallContext,
): Promise<Called> {
  const url = `${config.apiUrl.replace(/\/+$/, "")}/${method}`;
  const headers = {
    authorization: `Bearer ${secrets.botToken}`,
    "content-type": "application/x-www-form-urlencoded",
  };
  const answer = await callJson(url, { headers, body: formOf(params) }, context, secrets.botToken);
  if (answer.lost) return { ok: false, error: answer.message, class: answer.denied ? "policy" : "ambiguous" };
  const { status, body } = answer;
  const wait = retryAfterOf(answer.headers);
  if (!isRecord(body) || typeof body["ok"] !== "boolean") {
    return { ok: false, error: `Slack answered ${status}`, class: classOfStatus(status), ...wait };
  }
  if (body["ok"] && status < 300) return { ok: true, body, headers: answer.headers };
  const error = withoutSecret(typeof body["error"] === "string" ? body["error"] : `${status}`, secrets.botToken);
  return { ok: false, error: error.slice(0, 300), class: CLASSES[error] ?? classOfKnown(status), ...wait };
}

/** Every method takes a form, few take JSON; what is no plain value travels in it as JSON. */
function formOf(params: Record<string, unknown>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    form.set(name, typeof value === "string" ? value : JSON.stringify(value));
  return form.toString();
}

const classOfKnown = (status: number): SendErrorClass => (status < 300 ? "invalid" : classOfStatus(status));

/** Not Slack's own words: something in between answered, and it may have passed the call on. */
function classOfStatus(status: number): SendErrorClass {
  if (status === 429) return "throttle";
  if (status === 401 || status === 403) return "auth";
  if (status === 503) return "transient";
  return status < 300 || status >= 500 ? "ambiguous" : "invalid";
}

/** https://docs.slack.dev/reference/methods/chat.postMessage#errors; what is not here is a mistake in the message. */
const CLASSES: Record<string, SendErrorClass> = {
  ...classed("throttle", ["ratelimited", "rate_limited", "message_limit_exceeded"]),
  ...classed("auth", [
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "not_allowed_token_type",
    "no_permission",
    "org_login_required",
    "two_factor_setup_required",
  ]),
  ...classed("policy", [
    "not_in_channel",
    "access_denied",
    "team_access_not_granted",
    "ekm_access_denied",
    "messages_tab_disabled",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "restricted_action_non_threadable_channel",
    "restricted_action_thread_locked",
    "cannot_reply_to_message",
  ]),
  ...classed("transient", ["service_unavailable", "team_added_to_org", "accesslimited"]),
  // Slack says of these that part of it may have been done.
  ...classed("ambiguous", ["fatal_error", "internal_error", "request_timeout"]),
};

function classed(kind: SendErrorClass, errors: string[]): Record<string, SendErrorClass> {
  return Object.fromEntries(errors.map((error) => [error, kind]));
}
