import type { SendErrorClass } from "@charla/domain/inbound";
import type { OutMedia } from "../contract.ts";
import { type CallContext, callJson, waitOf, withoutSecret } from "../json-call.ts";
import { isRecord } from "../json-body.ts";
import type { TelegramAccount } from "./account.ts";
import { optionalId } from "./fields.ts";

/** What the Bot API said; `status` 0 means that nothing was heard. */
export type Called =
  | { ok: true; result: unknown }
  | {
      ok: false;
      status: number;
      description: string;
      class: SendErrorClass;
      retryAfterMs?: number;
      /** The group has become a supergroup and lives on under this id. */
      movedTo?: string;
    };
export type Refusal = Extract<Called, { ok: false }>;

/** A file that goes with the call, in place of an address. */
export type Upload = { field: string; file: OutMedia; bytes: Uint8Array<ArrayBuffer> };

/** One method of the Bot API. The token is part of the address, so no error may carry an address. */
export async function callBot(
  method: string,
  params: Record<string, unknown>,
  account: Pick<TelegramAccount, "config" | "secrets">,
  context: CallContext,
  upload?: Upload,
): Promise<Called> {
  const { botToken } = account.secrets;
  const url = `${baseOf(account)}/bot${botToken}/${method}`;
  const init =
    upload === undefined
      ? { headers: { "content-type": "application/json" }, body: JSON.stringify(params) }
      : { body: formOf(params, upload) };
  const answer = await callJson(url, init, context, botToken);
  if (answer.lost) {
    return { ok: false, status: 0, description: answer.message, class: answer.denied ? "policy" : "ambiguous" };
  }
  const { status, body } = answer;
  if (!isRecord(body) || typeof body["ok"] !== "boolean") return unreadable(status);
  if (body["ok"]) return { ok: true, result: body["result"] };
  return refusalOf(status, body, botToken);
}

/** What is neither text nor number is JSON inside of the form. https://core.telegram.org/bots/api#sending-files */
function formOf(params: Record<string, unknown>, { field, file, bytes }: Upload): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(params))
    form.set(name, typeof value === "string" ? value : JSON.stringify(value));
  form.set(field, new Blob([bytes], { type: file.mime }), file.name ?? file.type);
  return form;
}

export const baseOf = ({ config }: Pick<TelegramAccount, "config">): string => config.apiUrl.replace(/\/+$/, "");

function refusalOf(http: number, body: Record<string, unknown>, token: string): Refusal {
  const status = typeof body["error_code"] === "number" ? body["error_code"] : http;
  const said = typeof body["description"] === "string" ? body["description"] : `error ${status}`;
  const description = withoutSecret(said, token).slice(0, 500);
  const parameters = isRecord(body["parameters"]) ? body["parameters"] : {};
  const movedTo = optionalId(parameters["migrate_to_chat_id"]);
  const wait = parameters["retry_after"];
  return {
    ok: false,
    status,
    description,
    class: classOf(status, description),
    ...(typeof wait === "number" && waitOf(wait)),
    ...(movedTo !== undefined && { movedTo }),
  };
}

/** Not the Bot API's own words: something in between answered, and it may have passed the call on. */
function unreadable(status: number): Refusal {
  const known: Record<number, SendErrorClass> = {
    401: "auth",
    403: "auth",
    404: "auth",
    429: "throttle",
    503: "transient",
  };
  const inBetween = status < 300 || status >= 500 ? "ambiguous" : "invalid";
  return { ok: false, status, description: `the Bot API answered ${status}`, class: known[status] ?? inBetween };
}

/** Rights that an administrator of the group took away, or a business account did not give. */
const FORBIDDEN =
  /not enough rights|have no rights|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED|BOT_ACCESS_FORBIDDEN|TOPIC_CLOSED/i;
const CLOSED = /BUSINESS_PEER_USAGE_MISSING/i;

function classOf(status: number, description: string): SendErrorClass {
  // An unknown token is "Unauthorized", a malformed one is a path that is "Not Found".
  if (status === 401 || status === 404) return "auth";
  // Blocked, deactivated, thrown out: whatever the words, the vendor lets us write there no more.
  if (status === 403) return "optout";
  if (status === 429) return "throttle";
  if (status === 409 || status >= 500) return "transient";
  if (CLOSED.test(description)) return "window";
  return FORBIDDEN.test(description) ? "policy" : "invalid";
}
