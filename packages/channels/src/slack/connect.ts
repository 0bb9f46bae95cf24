import { type Bilingual, check, type ConnectCheck, type ConnectContext, type ConnectReport } from "../connect.ts";
import { textOf } from "../meta/json.ts";
import type { SlackAccount } from "./account.ts";
import { callSlack, type Refusal } from "./api.ts";

/** Without these nothing can be answered. */
const NEEDED = ["chat:write", "app_mentions:read", "im:history"];
/** Without these something is missing: files, reactions, threads, and the look-up of a send whose answer was lost. */
const WANTED = ["files:read", "files:write", "reactions:read", "channels:history", "groups:history"];

const TITLES = {
  token: { es: "El token de la aplicación es válido", en: "The app's token is valid" },
  scopes: { es: "La aplicación tiene los permisos necesarios", en: "The app has the permissions it needs" },
  events: { es: "Slack entrega los mensajes aquí", en: "Slack delivers messages here" },
} satisfies Record<string, Bilingual>;

/** Slack lets nobody set an app's addresses by API with the app's own token, so that part is said and not done. */
export async function connectSlack(account: SlackAccount, context: ConnectContext): Promise<ConnectReport> {
  const who = await callSlack("auth.test", {}, account, context);
  if (!who.ok) return { checks: [check("token", "broken", TITLES.token, tokenHelp(who))], facts: {}, learnt: {} };
  const said = (key: string): string | undefined => textOf(who.body[key]);
  const [team, teamId, url, botUserId] = ["team", "team_id", "url", "user_id"].map(said);
  const isBot = said("bot_id") !== undefined;
  return {
    checks: [
      isBot ? check("token", "ok", TITLES.token) : check("token", "broken", TITLES.token, notABot),
      scopesCheck(who.headers.get("x-oauth-scopes")),
      check("events", "manual", TITLES.events, eventsHelp(account.webhookUrl)),
    ],
    facts: { ...(team !== undefined && { team }), ...(url !== undefined && { url }), user: said("user") ?? "" },
    learnt: { ...(teamId !== undefined && { teamId }), ...(isBot && botUserId !== undefined && { botUserId }) },
  };
}

function scopesCheck(header: string | null): ConnectCheck {
  const given = new Set((header ?? "").split(",").map((scope) => scope.trim()));
  const lacking = (scopes: string[]): string => scopes.filter((scope) => !given.has(scope)).join(", ");
  const needed = lacking(NEEDED);
  const wanted = lacking(WANTED);
  if (needed === "" && wanted === "") return check("scopes", "ok", TITLES.scopes);
  const missing = [needed, wanted].filter(Boolean).join(", ");
  return check("scopes", needed === "" ? "manual" : "broken", TITLES.scopes, {
    es: `Faltan: ${missing}. En api.slack.com/apps, su aplicación, «OAuth & Permissions», «Bot Token Scopes»: añádalos y reinstale la aplicación.`,
    en: `Missing: ${missing}. At api.slack.com/apps, your app, “OAuth & Permissions”, “Bot Token Scopes”: add them and reinstall the app.`,
  });
}

const eventsHelp = (url: string): Bilingual => ({
  es: `En api.slack.com/apps, su aplicación: pegue ${url} en «Event Subscriptions» (Request URL) y en «Interactivity & Shortcuts», y suscriba el bot a app_mention, message.im y, si ha de seguir los hilos, message.channels y message.groups.`,
  en: `At api.slack.com/apps, your app: paste ${url} into “Event Subscriptions” (Request URL) and “Interactivity & Shortcuts”, and subscribe the bot to app_mention, message.im and, if it is to follow threads, message.channels and message.groups.`,
});

const notABot: Bilingual = {
  es: "Este token es de una persona. Use el «Bot User OAuth Token», que empieza por xoxb-.",
  en: "This token is a person's. Use the “Bot User OAuth Token”, which begins with xoxb-.",
};

function tokenHelp({ class: kind, error }: Refusal): Bilingual {
  if (kind === "auth") {
    return {
      es: `Slack no acepta este token (${error}). En api.slack.com/apps, su aplicación, «OAuth & Permissions», copie el «Bot User OAuth Token», que empieza por xoxb-.`,
      en: `Slack does not accept this token (${error}). At api.slack.com/apps, your app, “OAuth & Permissions”, copy the “Bot User OAuth Token”, which begins with xoxb-.`,
    };
  }
  return {
    es: `Slack no ha contestado como se esperaba (${error}). Repita la conexión dentro de un momento.`,
    en: `Slack did not answer as expected (${error}). Connect again in a moment.`,
  };
}

/** The token is the app's, which may serve other ends; taking it away is for whoever installed the app. */
export async function disconnectSlack(): Promise<ConnectReport> {
  const title = { es: "Slack ya no entrega aquí", en: "Slack no longer delivers here" };
  const help = {
    es: "Charla ya no contesta. Para que Slack deje de intentarlo, borre la dirección en «Event Subscriptions» o desinstale la aplicación del espacio de trabajo.",
    en: "Charla no longer answers. To make Slack stop trying, delete the address in “Event Subscriptions” or remove the app from the workspace.",
  };
  return { checks: [check("events", "manual", title, help)], facts: {}, learnt: {} };
}
