import { type Bilingual, check, type ConnectCheck, type ConnectContext, type ConnectReport } from "../connect.ts";
import type { TelegramAccount } from "./account.ts";
import { callBot, type Refusal } from "./api.ts";
import { type Fields, recordOf, textOf } from "./fields.ts";
import { ALLOWED_UPDATES } from "./update.ts";

/** An error of a delivery that is older than this was about something that has passed. */
const RECENT_ERROR_MS = 15 * 60_000;

const TITLES = {
  token: { es: "El token del bot es válido", en: "The bot's token is valid" },
  webhook: { es: "Telegram entrega los mensajes aquí", en: "Telegram delivers messages here" },
  deliveries: { es: "Las últimas entregas llegaron", en: "The latest deliveries arrived" },
  groups: { es: "El bot puede trabajar en grupos", en: "The bot can work in groups" },
} satisfies Record<string, Bilingual>;

/** Takes the bot over: who it is, where its updates go and the token they are proven with. */
export async function connectTelegram(account: TelegramAccount, context: ConnectContext): Promise<ConnectReport> {
  const me = await callBot("getMe", {}, account, context);
  if (!me.ok) return { checks: [check("token", "broken", TITLES.token, tokenHelp(me))], facts: {}, learnt: {} };
  const bot = recordOf(me.result) ?? {};
  const username = textOf(bot["username"]);
  const checks = [check("token", "ok", TITLES.token), ...(await webhookChecks(account, context))];
  const groups = groupsCheck(bot, account);
  return {
    checks: [...checks, ...(groups === null ? [] : [groups])],
    facts: {
      name: textOf(bot["first_name"]) ?? "",
      ...(username !== undefined && { username: `@${username}`, link: `https://t.me/${username}` }),
    },
    learnt: username === undefined ? {} : { botUsername: username },
  };
}

async function webhookChecks(account: TelegramAccount, context: ConnectContext): Promise<ConnectCheck[]> {
  const before = await webhookInfo(account, context);
  const wish = {
    url: account.webhookUrl,
    secret_token: account.secrets.secretTokens[0],
    allowed_updates: ALLOWED_UPDATES,
    max_connections: account.config.maxConnections,
  };
  const set = await callBot("setWebhook", wish, account, context);
  if (!set.ok) return [check("webhook", "broken", TITLES.webhook, webhookHelp(set))];
  const state = textOf(before["url"]) === account.webhookUrl ? "ok" : "fixed";
  return [check("webhook", state, TITLES.webhook), deliveriesCheck(before, account, context.now)];
}

const webhookInfo = async (account: TelegramAccount, context: ConnectContext): Promise<Fields> => {
  const info = await callBot("getWebhookInfo", {}, account, context);
  return (info.ok && recordOf(info.result)) || {};
};

/** Errors are remembered from before this call; those of another address say nothing about ours. */
function deliveriesCheck(info: Fields, { webhookUrl }: TelegramAccount, now: number): ConnectCheck {
  const error = textOf(info["last_error_message"]);
  const at = info["last_error_date"];
  const recent = typeof at === "number" && now - at * 1000 < RECENT_ERROR_MS;
  if (error === undefined || !recent || info["url"] !== webhookUrl) return check("deliveries", "ok", TITLES.deliveries);
  return check("deliveries", "manual", TITLES.deliveries, {
    es: `Telegram dice que la última entrega falló: «${error}». Si vuelve a pasar, compruebe que la dirección pública de Charla responde desde Internet.`,
    en: `Telegram says that the latest delivery failed: "${error}". If it happens again, check that Charla's public address answers from the internet.`,
  });
}

function groupsCheck(bot: Fields, { config }: TelegramAccount): ConnectCheck | null {
  if (config.groups === "off") return null;
  if (bot["can_join_groups"] === false) {
    return check("groups", "manual", TITLES.groups, {
      es: "El bot no admite grupos. En @BotFather: /setjoingroups, elija el bot y «Enable».",
      en: "The bot cannot join groups. In @BotFather: /setjoingroups, choose the bot and “Enable”.",
    });
  }
  if (config.groups === "all" && bot["can_read_all_group_messages"] === false) {
    return check("groups", "manual", TITLES.groups, {
      es: "En los grupos el bot solo ve lo que se le dirige. Para que lo lea todo: @BotFather, /setprivacy, elija el bot y «Disable»; después sáquelo del grupo y vuelva a añadirlo.",
      en: "In groups the bot only sees what is addressed to it. To let it read everything: @BotFather, /setprivacy, choose the bot and “Disable”; then remove it from the group and add it again.",
    });
  }
  return check("groups", "ok", TITLES.groups);
}

function tokenHelp({ class: kind, description }: Refusal): Bilingual {
  if (kind === "auth") {
    return {
      es: "Telegram no reconoce este token. Ábrase @BotFather, envíe /mybots, elija el bot y «API Token», y copie el token entero.",
      en: "Telegram does not know this token. Open @BotFather, send /mybots, choose the bot and “API Token”, and copy all of the token.",
    };
  }
  return unreachable(description);
}

function webhookHelp({ status, description }: Refusal): Bilingual {
  if (status === 400) {
    return {
      es: `Telegram no acepta la dirección de Charla («${description}»). Debe ser https, con un certificado válido y en el puerto 443, 80, 88 u 8443.`,
      en: `Telegram does not accept Charla's address ("${description}"). It must be https, with a valid certificate and on port 443, 80, 88 or 8443.`,
    };
  }
  return unreachable(description);
}

const unreachable = (description: string): Bilingual => ({
  es: `Telegram no ha contestado como se esperaba («${description}»). Repita la conexión dentro de un momento.`,
  en: `Telegram did not answer as expected ("${description}"). Connect again in a moment.`,
});

/** A bot that by now delivers elsewhere is somebody else's to disconnect. */
export async function disconnectTelegram(account: TelegramAccount, context: ConnectContext): Promise<ConnectReport> {
  const title = { es: "Telegram ya no entrega aquí", en: "Telegram no longer delivers here" };
  const report = (state: ConnectCheck["state"], help?: Bilingual): ConnectReport => ({
    checks: [check("webhook", state, title, help)],
    facts: {},
    learnt: {},
  });
  const info = await callBot("getWebhookInfo", {}, account, context);
  if (!info.ok)
    return report(
      info.class === "auth" ? "ok" : "broken",
      info.class === "auth" ? undefined : unreachable(info.description),
    );
  if (recordOf(info.result)?.["url"] !== account.webhookUrl) return report("ok");
  const removed = await callBot("deleteWebhook", { drop_pending_updates: false }, account, context);
  return removed.ok ? report("fixed") : report("broken", unreachable(removed.description));
}
