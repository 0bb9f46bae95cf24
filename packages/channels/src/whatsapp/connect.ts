import { check, type ConnectCheck, type ConnectContext, type ConnectReport } from "../connect.ts";
import { checkToken, invalidToken, unreachable } from "../meta/connect-token.ts";
import { checkAppWebhook } from "../meta/connect-webhook.ts";
import { callGraph, type GraphAnswer } from "../meta/graph.ts";
import { fieldsOf, recordsOf, textOf } from "../meta/json.ts";
import { graphOf, type WhatsAppAccount } from "./account.ts";
import { checkCallback, removeCallback } from "./connect-callback.ts";

const SCOPES = ["whatsapp_business_messaging", "whatsapp_business_management"];
const NUMBER_FIELDS =
  "display_phone_number,verified_name,quality_rating,status,platform_type,messaging_limit_tier,webhook_configuration";
const USEFUL = [
  "smb_message_echoes",
  "user_id_update",
  "user_preferences",
  "message_template_status_update",
  "account_update",
];

/** From the token to the first message: each step is looked at, and put right where the API allows it. */
export async function connectWhatsApp(account: WhatsAppAccount, context: ConnectContext): Promise<ConnectReport> {
  const { config, secrets, webhookUrl } = account;
  const access = graphOf(account);
  const app = { appId: config.appId, appSecret: secrets.appSecrets[0] };
  const checks = await checkToken(access, app, SCOPES, context);
  const number = await callGraph(access, config.phoneNumberId, { query: { fields: NUMBER_FIELDS } }, context);
  if (number.outcome !== "ok") return { checks: [...checks, numberRefused(number)], facts: {}, learnt: {} };
  checks.push(numberOf(number.body));
  checks.push(await checkSubscription(account, context));
  checks.push(await checkCallback(account, number.body["webhook_configuration"], context));
  const webhook = {
    object: "whatsapp_business_account",
    needed: ["messages"],
    useful: USEFUL,
    url: webhookUrl,
    verifyToken: secrets.verifyTokens[0] ?? "",
    mustBeOurs: false,
  };
  checks.push(...(await checkAppWebhook(access, app, webhook, context)));
  if (config.template !== undefined) checks.push(await checkTemplate(account, context));
  return { checks, facts: factsOf(number.body), learnt: {} };
}

/** Only our address goes: the account of WhatsApp may serve other numbers through the same app. */
export async function disconnectWhatsApp(account: WhatsAppAccount, context: ConnectContext): Promise<ConnectReport> {
  return { checks: [await removeCallback(account, context)], facts: {}, learnt: {} };
}

function numberRefused(answer: Exclude<GraphAnswer, { outcome: "ok" }>): ConnectCheck {
  if (answer.outcome === "lost" || answer.status >= 500) return unreachable();
  if (answer.error?.code === 190) return invalidToken();
  return check(
    "number",
    "broken",
    { es: "El token no llega a este número", en: "The token does not reach this number" },
    {
      es: "Compruebe el identificador del número y asigne la cuenta de WhatsApp al usuario del sistema del token.",
      en: "Check the phone number ID and assign the WhatsApp account to the token's system user.",
    },
  );
}

function numberOf(number: Record<string, unknown>): ConnectCheck {
  const status = textOf(number["status"]);
  const name = textOf(number["display_phone_number"]) ?? "";
  if (status === undefined || status === "CONNECTED")
    return check("number", "ok", { es: `Número ${name}`, en: `Number ${name}` });
  return check(
    "number",
    "broken",
    { es: `El número ${name} está en estado ${status}`, en: `The number ${name} is in state ${status}` },
    {
      es: "Regístrelo en el Administrador de WhatsApp con su PIN de verificación en dos pasos.",
      en: "Register it in WhatsApp Manager with its two-step verification PIN.",
    },
  );
}

async function checkSubscription(
  { config, ...account }: WhatsAppAccount,
  context: ConnectContext,
): Promise<ConnectCheck> {
  const access = graphOf({ config, ...account });
  const path = `${config.wabaId}/subscribed_apps`;
  const title = { es: "La aplicación recibe los mensajes", en: "The app receives the messages" };
  const answer = await callGraph(access, path, {}, context);
  const apps = answer.outcome === "ok" ? recordsOf(answer.body["data"]) : [];
  const ids = apps.map((app) => textOf(fieldsOf(app["whatsapp_business_api_data"])["id"]));
  if (config.appId === undefined ? ids.length > 0 : ids.includes(config.appId)) return check("waba", "ok", title);
  const made = await callGraph(access, path, { method: "POST" }, context);
  if (made.outcome === "ok") return check("waba", "fixed", title);
  return check(
    "waba",
    "broken",
    { es: "La cuenta de WhatsApp no avisa a la aplicación", en: "The WhatsApp account does not notify the app" },
    {
      es: "Compruebe el identificador de la cuenta y el permiso whatsapp_business_management.",
      en: "Check the ID of the account and the permission whatsapp_business_management.",
    },
  );
}

async function checkTemplate(account: WhatsAppAccount, context: ConnectContext): Promise<ConnectCheck> {
  const { wabaId, template } = account.config;
  const query = { name: template?.name ?? "", fields: "name,language,status" };
  const answer = await callGraph(graphOf(account), `${wabaId}/message_templates`, { query }, context);
  const found = answer.outcome === "ok" ? recordsOf(answer.body["data"]) : [];
  const mine = found.find(({ name, language }) => name === template?.name && language === template?.language);
  const status = textOf(mine?.["status"]);
  if (status === "APPROVED")
    return check("template", "ok", { es: "Plantilla aprobada", en: "The template is approved" });
  return check(
    "template",
    "manual",
    {
      es: `Plantilla ${template?.name}: ${status ?? "no existe en ese idioma"}`,
      en: `Template ${template?.name}: ${status ?? "not there in this language"}`,
    },
    {
      es: "Hasta que esté aprobada, nada sale pasadas 24 horas.",
      en: "Until it is approved nothing leaves after 24 hours.",
    },
  );
}

function factsOf(number: Record<string, unknown>): Record<string, string> {
  const facts = {
    phone: textOf(number["display_phone_number"]),
    name: textOf(number["verified_name"]),
    quality: textOf(number["quality_rating"]),
    limit: textOf(number["messaging_limit_tier"]),
  };
  return Object.fromEntries(Object.entries(facts).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
