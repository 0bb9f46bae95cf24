import { isRecord } from "../json-body.ts";
import { type CallContext, callJson } from "../json-call.ts";
import type { TwilioConfig, TwilioCredentials } from "./config.ts";

type Service = "api" | "messaging" | "content";
export type Call = {
  service: Service;
  path: string;
  method?: "GET" | "POST" | "DELETE";
  form?: URLSearchParams;
  json?: unknown;
  /** API keys may send and set up numbers, but do not see the account itself. */
  asAccount?: boolean;
};
export type ApiAnswer = { status: number; headers: Headers; body: Record<string, unknown> };

/** There was no answer; what was asked for may have happened all the same. */
export class LostCall extends Error {
  readonly denied: boolean;
  constructor(message: string, denied: boolean) {
    super(message);
    this.denied = denied;
  }
}

/** Twilio gives every product a host of its own; whatever stands in for it has one for all. */
export function baseOf({ apiUrl }: Pick<TwilioConfig, "apiUrl">, service: Service): string {
  const url = new URL(apiUrl);
  if (/^api\.([a-z0-9-]+\.)*twilio\.com$/.test(url.hostname))
    url.hostname = `${service}.${url.hostname.slice("api.".length)}`;
  return url.href.replace(/\/$/, "");
}

export const accountPath = ({ config }: TwilioCredentials, rest = ""): string =>
  `/2010-04-01/Accounts/${config.accountSid}${rest}.json`;

export function authorizationOf({ config, secrets }: TwilioCredentials, asAccount = false): string {
  const { apiKey, authTokens } = secrets;
  const [name, word] =
    apiKey === undefined || asAccount ? [config.accountSid, authTokens[0] ?? ""] : [apiKey.sid, apiKey.secret];
  return `Basic ${btoa(`${name}:${word}`)}`;
}

/** One request; throws a {@link LostCall}. A body that is no JSON object reads as an empty one. */
export async function callTwilio(
  account: TwilioCredentials,
  { service, path, method = "GET", form, json, asAccount }: Call,
  context: CallContext,
): Promise<ApiAnswer> {
  const authorization = authorizationOf(account, asAccount);
  const headers: Record<string, string> = { accept: "application/json", authorization, "user-agent": "Charla/1" };
  if (form !== undefined) headers["content-type"] = "application/x-www-form-urlencoded";
  if (json !== undefined) headers["content-type"] = "application/json";
  const body = form?.toString() ?? (json === undefined ? undefined : JSON.stringify(json));
  const init = { method, headers, ...(body !== undefined && { body }) };
  const answer = await callJson(baseOf(account.config, service) + path, init, context, authorization);
  if (answer.lost) throw new LostCall(answer.message, answer.denied);
  return { status: answer.status, headers: answer.headers, body: isRecord(answer.body) ? answer.body : {} };
}

export const isSuccess = ({ status }: ApiAnswer): boolean => status >= 200 && status < 300;

export const textIn = (record: Record<string, unknown>, name: string): string => {
  const value = record[name];
  return typeof value === "string" ? value : "";
};

/** The items of a page, whatever Twilio calls the list of this resource. */
export function itemsIn(record: Record<string, unknown>, name: string): Record<string, unknown>[] {
  const items = record[name];
  return Array.isArray(items) ? items.filter(isRecord) : [];
}
