import { check, type ConnectCheck, type ConnectContext, type ConnectReport } from "../../connect.ts";
import { checkToken, invalidToken, unreachable } from "../connect-token.ts";
import { checkAppWebhook } from "../connect-webhook.ts";
import { callGraph, type GraphAnswer } from "../graph.ts";
import { listOf, recordsOf, textOf } from "../json.ts";
import { type Flavour, graphOf, type MessagingAccount } from "./account.ts";

/** Looks at token, account, subscription and the address of the app, and puts right what the API allows. */
export async function connectMessaging(
  { object, scopes, fields }: Pick<Flavour, "object" | "scopes" | "fields">,
  account: MessagingAccount,
  context: ConnectContext,
): Promise<ConnectReport> {
  const { config, secrets, webhookUrl } = account;
  const access = graphOf(account);
  const app = { appId: config.appId, appSecret: secrets.appSecrets[0] };
  const appAccess = { ...access, apiUrl: access.apiUrl.replace("//graph.instagram.com", "//graph.facebook.com") };
  const checks: ConnectCheck[] = [];
  // A token of Instagram's own login is unknown to the app's host; that it works is seen in the next step.
  if (appAccess.apiUrl === access.apiUrl) checks.push(...(await checkToken(access, app, scopes, context)));
  const query = { fields: object === "page" ? "id,name" : "user_id,username" };
  const me = await callGraph(access, "me", { query }, context);
  if (me.outcome !== "ok") return { checks: [...checks, refused(me)], facts: {}, learnt: {} };
  const id = textOf(me.body["user_id"]) ?? textOf(me.body["id"]);
  const name = textOf(me.body["username"]) ?? textOf(me.body["name"]) ?? "";
  checks.push(id === config.accountId ? accountIs(name) : anotherAccount(name, id));
  const wanted = [...fields.needed, ...fields.useful];
  checks.push(await subscribe(account, wanted, context));
  const webhook = {
    object,
    ...fields,
    url: webhookUrl,
    verifyToken: secrets.verifyTokens[0] ?? "",
    // Neither pages nor Instagram accounts can have an address of their own.
    mustBeOurs: true,
  };
  checks.push(...(await checkAppWebhook(appAccess, app, webhook, context)));
  return { checks, facts: { name }, learnt: {} };
}

export async function disconnectMessaging(account: MessagingAccount, context: ConnectContext): Promise<ConnectReport> {
  const answer = await callGraph(graphOf(account), "me/subscribed_apps", { method: "DELETE" }, context);
  const gone = check("account", "fixed", {
    es: "Los mensajes ya no llegan a Charla",
    en: "The messages no longer reach Charla",
  });
  if (answer.outcome === "ok") return { checks: [gone], facts: {}, learnt: {} };
  const help = {
    es: "Quite la aplicación en la configuración de la cuenta de Meta, o revoque el token.",
    en: "Remove the app in the settings of the account at Meta, or revoke the token.",
  };
  const title = { es: "No se pudo desconectar", en: "Could not be disconnected" };
  return { checks: [check("account", "manual", title, help)], facts: {}, learnt: {} };
}

function refused(answer: Exclude<GraphAnswer, { outcome: "ok" }>): ConnectCheck {
  return answer.outcome === "lost" || answer.status >= 500 ? unreachable() : invalidToken();
}

const accountIs = (name: string): ConnectCheck =>
  check("account", "ok", { es: `Cuenta ${name}`, en: `Account ${name}` });

const anotherAccount = (name: string, id: string | undefined): ConnectCheck =>
  check(
    "account",
    "broken",
    { es: `El token es de otra cuenta: ${name} (${id})`, en: `The token is of another account: ${name} (${id})` },
    {
      es: "Corrija el identificador o cree el token de la cuenta correcta.",
      en: "Correct the ID or create the token of the right account.",
    },
  );

async function subscribe(
  account: MessagingAccount,
  wanted: readonly string[],
  context: ConnectContext,
): Promise<ConnectCheck> {
  const access = graphOf(account);
  const title = { es: "La cuenta avisa a la aplicación", en: "The account notifies the app" };
  const read = await callGraph(access, "me/subscribed_apps", {}, context);
  const apps = read.outcome === "ok" ? recordsOf(read.body["data"]) : [];
  const has = new Set(apps.flatMap((app) => listOf(app["subscribed_fields"])));
  if (wanted.every((field) => has.has(field))) return check("subscription", "ok", title);
  const query = { subscribed_fields: wanted.join(",") };
  const made = await callGraph(access, "me/subscribed_apps", { method: "POST", query }, context);
  if (made.outcome === "ok") return check("subscription", "fixed", title);
  const why = made.outcome === "lost" ? made.message : (made.error?.message ?? String(made.status));
  return check(
    "subscription",
    "broken",
    { es: "La cuenta no avisa a la aplicación", en: "The account does not notify the app" },
    {
      es: `Compruebe los permisos del token. Meta dice: ${why}`,
      en: `Check the token's permissions. Meta says: ${why}`,
    },
  );
}
