import { check, type ConnectCheck, type ConnectContext, type ConnectReport } from "../../connect.ts";
import type { EmailAccount } from "../account.ts";
import { domainOf } from "../address.ts";
import { isDenied, isOk, reportOf, unanswered } from "../connect-words.ts";
import { type Fields, fieldsOf, recordsOf, textOf, textsOf } from "../fields.ts";
import { callResend } from "./api.ts";

const EVENTS = ["received", "sent", "delivered", "bounced", "complained", "failed", "suppressed"].map(
  (name) => `email.${name}`,
);
const WEBHOOK = { es: "Resend entrega los correos aquí", en: "Resend delivers mail here" };
const KEY = { es: "La clave de Resend es válida", en: "Resend's key is valid" };

/** The domain must be there already, since its DNS is somebody's to change; the webhook is set up from here. */
export async function connectResend(account: EmailAccount, context: ConnectContext): Promise<ConnectReport> {
  const domains = await callResend("GET", "/domains", account, context);
  if (isDenied(domains)) {
    return reportOf([
      check("key", "broken", KEY, {
        es: "Resend rechaza la clave. En Resend, «API Keys», cree una con permiso «Full access» y péguela aquí.",
        en: "Resend refuses the key. In Resend, “API Keys”, create one with “Full access” and paste it here.",
      }),
    ]);
  }
  if (!isOk(domains)) return reportOf([unanswered("key", KEY, "Resend", domains)]);
  const webhook = await checkWebhook(account, context);
  const checks = [
    check("key", "ok", KEY),
    ...domainChecks(account, recordsOf(fieldsOf(domains.body)["data"])),
    webhook.found,
  ];
  return reportOf(checks, {
    facts: { address: account.config.address },
    ...(webhook.secret !== undefined && { learntSecrets: { signingSecrets: [webhook.secret] } }),
  });
}

export async function disconnectResend(account: EmailAccount, context: ConnectContext): Promise<ConnectReport> {
  const title = { es: "Resend ya no entrega aquí", en: "Resend no longer delivers here" };
  const list = await callResend("GET", "/webhooks", account, context);
  if (isDenied(list)) return reportOf([check("webhook", "ok", title)]);
  if (!isOk(list)) return reportOf([unanswered("webhook", title, "Resend", list)]);
  const ours = webhookIn(list.body, account);
  if (ours === undefined) return reportOf([check("webhook", "ok", title)]);
  const removed = await callResend("DELETE", `/webhooks/${textOf(ours["id"])}`, account, context);
  return reportOf([isOk(removed) ? check("webhook", "fixed", title) : unanswered("webhook", title, "Resend", removed)]);
}

function domainChecks({ config }: EmailAccount, domains: Fields[]): ConnectCheck[] {
  const wanted = domainOf(config.address);
  const title = { es: `El dominio ${wanted} está verificado`, en: `The domain ${wanted} is verified` };
  const domain = domains.find(({ name }) => name === wanted);
  const status = textOf(domain?.["status"]);
  if (status !== "verified") {
    return [
      check("domain", "broken", title, {
        es: `En Resend, «Domains», añada ${wanted} y copie en su proveedor de DNS los registros que muestra. Estado: ${status ?? "no está"}.`,
        en: `In Resend, “Domains”, add ${wanted} and copy the records it shows to your DNS provider. State: ${status ?? "not there"}.`,
      }),
    ];
  }
  const inbox = domainOf(config.replyAddress ?? config.address);
  const receiving = domains.find(({ name }) => name === inbox);
  const receives = { es: `${inbox} recibe correo en Resend`, en: `${inbox} receives mail at Resend` };
  if (fieldsOf(receiving?.["capabilities"])["receiving"] === "enabled") {
    return [check("domain", "ok", title), check("receiving", "ok", receives)];
  }
  return [
    check("domain", "ok", title),
    check("receiving", "manual", receives, {
      es: "Active «Receiving» en el dominio y añada su registro MX. Si el dominio ya recibe correo en otro sitio, use un subdominio o reenvíe la dirección a la suya de Resend.",
      en: "Turn on “Receiving” for the domain and add its MX record. If the domain already gets mail elsewhere, use a subdomain or forward the address to yours at Resend.",
    }),
  ];
}

/** The secret is shown when a webhook is made, and again to who asks for that webhook. */
async function checkWebhook(
  account: EmailAccount,
  context: ConnectContext,
): Promise<{ found: ConnectCheck; secret?: string }> {
  const list = await callResend("GET", "/webhooks", account, context);
  if (!isOk(list)) return { found: unanswered("webhook", WEBHOOK, "Resend", list) };
  const ours = webhookIn(list.body, account);
  const id = textOf(ours?.["id"]);
  if (ours === undefined || id === undefined) {
    const json = { endpoint: account.webhookUrl, events: EVENTS };
    const made = await callResend("POST", "/webhooks", account, context, { json });
    return isOk(made) ? withSecret("fixed", made.body) : { found: unanswered("webhook", WEBHOOK, "Resend", made) };
  }
  const events = textsOf(ours["events"]);
  const isRight = ours["status"] === "enabled" && EVENTS.every((name) => events.includes(name));
  if (!isRight) {
    const json = { endpoint: account.webhookUrl, events: [...new Set([...events, ...EVENTS])], status: "enabled" };
    const changed = await callResend("PATCH", `/webhooks/${id}`, account, context, { json });
    if (!isOk(changed)) return { found: unanswered("webhook", WEBHOOK, "Resend", changed) };
  }
  if (account.secrets.signingSecrets.length > 0) return { found: check("webhook", isRight ? "ok" : "fixed", WEBHOOK) };
  const whole = await callResend("GET", `/webhooks/${id}`, account, context);
  return isOk(whole) ? withSecret("fixed", whole.body) : { found: unanswered("webhook", WEBHOOK, "Resend", whole) };
}

function withSecret(state: "fixed", body: unknown): { found: ConnectCheck; secret?: string } {
  const secret = textOf(fieldsOf(body)["signing_secret"]);
  if (secret !== undefined) return { found: check("webhook", state, WEBHOOK), secret };
  const help = {
    es: "Copie el «Signing Secret» del webhook en Resend y péguelo aquí.",
    en: "Copy the “Signing Secret” of the webhook at Resend and paste it here.",
  };
  return { found: check("webhook", "broken", WEBHOOK, help) };
}

const webhookIn = (body: unknown, { webhookUrl }: EmailAccount): Fields | undefined =>
  recordsOf(fieldsOf(body)["data"]).find(({ endpoint }) => endpoint === webhookUrl);
