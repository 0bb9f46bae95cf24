import { check, type ConnectCheck } from "../connect.ts";
import { callGraph, type GraphAccess } from "./graph.ts";
import { listOf, recordsOf, textOf } from "./json.ts";
import type { CallContext } from "../json-call.ts";
import type { AppAccess } from "./connect-token.ts";

export type AppWebhook = {
  object: string;
  /** What the channel cannot do without, and what it makes good use of. */
  needed: readonly string[];
  useful: readonly string[];
  url: string;
  verifyToken: string;
  /** Whether our address must stand here, or may stand somewhere nearer to the account. */
  mustBeOurs: boolean;
};

/** The app's own subscription: made where there is none; one that leads elsewhere is never taken from its owner. */
export async function checkAppWebhook(
  access: GraphAccess,
  { appId, appSecret }: AppAccess,
  webhook: AppWebhook,
  context: CallContext,
): Promise<ConnectCheck[]> {
  if (appId === undefined || appSecret === undefined) return [byHand(webhook)];
  const call = { token: `${appId}|${appSecret}` };
  const answer = await callGraph(access, `${appId}/subscriptions`, call, context);
  if (answer.outcome !== "ok") return [byHand(webhook)];
  const found = recordsOf(answer.body["data"]).find(({ object }) => object === webhook.object);
  const callback = textOf(found?.["callback_url"]);
  const isOurs = callback === webhook.url;
  if (found !== undefined && callback !== undefined && !isOurs && webhook.mustBeOurs) return [elsewhere(callback)];
  const fields = new Set(listOf(found?.["fields"]).map(nameOf));
  const missing = [...webhook.needed, ...webhook.useful].filter((field) => !fields.has(field));
  if (missing.length === 0 && found?.["active"] !== false) return [fieldsAre("ok")];
  if (found !== undefined && !isOurs) return [missingFields(missing, webhook.needed)];
  const json = {
    object: webhook.object,
    callback_url: webhook.url,
    verify_token: webhook.verifyToken,
    fields: [...webhook.needed, ...webhook.useful].join(","),
  };
  const made = await callGraph(access, `${appId}/subscriptions`, { ...call, json }, context);
  return [made.outcome === "ok" ? fieldsAre("fixed") : missingFields(missing, webhook.needed)];
}

const nameOf = (field: unknown): string | undefined =>
  typeof field === "object" && field !== null && "name" in field ? textOf(field.name) : textOf(field);

const fieldsAre = (state: "ok" | "fixed"): ConnectCheck =>
  check("fields", state, { es: "Avisos de Meta activados", en: "Meta's notices are switched on" });

function missingFields(missing: readonly string[], needed: readonly string[]): ConnectCheck {
  const broken = missing.some((field) => needed.includes(field));
  const list = missing.join(", ");
  return check(
    "fields",
    broken ? "broken" : "manual",
    { es: `Avisos sin activar: ${list}`, en: `Notices that are switched off: ${list}` },
    {
      es: "Actívelos en la aplicación, en «Webhooks».",
      en: "Switch them on in the app, under “Webhooks”.",
    },
  );
}

const elsewhere = (callback: string): ConnectCheck =>
  check(
    "fields",
    "broken",
    { es: `La aplicación avisa a otra dirección: ${callback}`, en: `The app notifies another address: ${callback}` },
    {
      es: "Use una aplicación propia para este canal o cambie la dirección en «Webhooks».",
      en: "Use an app of its own for this channel or change the address under “Webhooks”.",
    },
  );

function byHand({ url, needed }: AppWebhook): ConnectCheck {
  const list = needed.join(", ");
  return check(
    "fields",
    "manual",
    { es: "Avisos sin comprobar", en: "Notices not checked" },
    {
      es: `En «Webhooks» de la aplicación, la dirección es ${url} y deben estar activados: ${list}.`,
      en: `Under “Webhooks” of the app the address is ${url}, and these must be switched on: ${list}.`,
    },
  );
}
