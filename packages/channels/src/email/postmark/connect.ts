import { check, type ConnectCheck, type ConnectContext, type ConnectReport } from "../../connect.ts";
import type { EmailAccount } from "../account.ts";
import { domainOf } from "../address.ts";
import { isDenied, isOk, reportOf, unanswered } from "../connect-words.ts";
import { type Fields, fieldsOf, recordsOf, textOf } from "../fields.ts";
import { callPostmark, streamOf } from "./api.ts";

const TOKEN = { es: "El token del servidor de Postmark es válido", en: "Postmark's server token is valid" };
const INBOUND = { es: "Postmark entrega los correos aquí", en: "Postmark delivers mail here" };
const EVENTS = { es: "Postmark avisa de entregas y rebotes", en: "Postmark reports deliveries and bounces" };

export async function connectPostmark(account: EmailAccount, context: ConnectContext): Promise<ConnectReport> {
  const server = await callPostmark("GET", "/server", account, context);
  if (isDenied(server)) {
    return reportOf([
      check("token", "broken", TOKEN, {
        es: "Postmark rechaza el token. Está en Postmark, dentro de su servidor, en «API Tokens»; no es el de la cuenta.",
        en: "Postmark refuses the token. It is at Postmark, inside your server, under “API Tokens”; not the account's.",
      }),
    ]);
  }
  if (!isOk(server)) return reportOf([unanswered("token", TOKEN, "Postmark", server)]);
  const about = fieldsOf(server.body);
  const inbox = inboxCheck(account, about);
  const checks = [
    check("token", "ok", TOKEN),
    await checkInbound(account, about, context),
    inbox.found,
    await checkEvents(account, context),
    senderCheck(account),
  ];
  return reportOf(checks, {
    facts: { server: textOf(about["Name"]) ?? "", inbound: textOf(about["InboundAddress"]) ?? "" },
    learnt: inbox.learnt,
  });
}

export async function disconnectPostmark(account: EmailAccount, context: ConnectContext): Promise<ConnectReport> {
  const title = { es: "Postmark ya no entrega aquí", en: "Postmark no longer delivers here" };
  const server = await callPostmark("GET", "/server", account, context);
  if (isDenied(server)) return reportOf([check("inbound", "ok", title)]);
  if (!isOk(server)) return reportOf([unanswered("inbound", title, "Postmark", server)]);
  let state: "ok" | "fixed" = "ok";
  if (leadsHere(textOf(fieldsOf(server.body)["InboundHookUrl"]), account)) {
    const cleared = await callPostmark("PUT", "/server", account, context, { InboundHookUrl: "" });
    if (!isOk(cleared)) return reportOf([unanswered("inbound", title, "Postmark", cleared)]);
    state = "fixed";
  }
  const ours = await eventsHook(account, context);
  if (ours.id !== undefined) {
    const removed = await callPostmark("DELETE", `/webhooks/${ours.id}`, account, context);
    if (!isOk(removed)) return reportOf([unanswered("inbound", title, "Postmark", removed)]);
    state = "fixed";
  }
  return reportOf([check("inbound", state, title)]);
}

/** Our address with the word that proves who calls; Postmark takes it in the address only. */
function hookUrl({ webhookUrl, secrets }: EmailAccount): string {
  const [username = "", password = ""] = secrets.webhookLogins[0]?.split(":") ?? [];
  return Object.assign(new URL(webhookUrl), { username, password }).href;
}

const leadsHere = (url: string | undefined, { webhookUrl }: EmailAccount): boolean =>
  Object.assign(URL.parse(url ?? "") ?? new URL("about:blank"), { username: "", password: "" }).href === webhookUrl;

async function checkInbound(account: EmailAccount, about: Fields, context: ConnectContext): Promise<ConnectCheck> {
  const url = hookUrl(account);
  if (about["InboundHookUrl"] === url) return check("inbound", "ok", INBOUND);
  const set = await callPostmark("PUT", "/server", account, context, { InboundHookUrl: url });
  return isOk(set) ? check("inbound", "fixed", INBOUND) : unanswered("inbound", INBOUND, "Postmark", set);
}

/** Where Postmark does not take the domain's mail, answers must go to the address that it gave the server. */
function inboxCheck(account: EmailAccount, about: Fields): { found: ConnectCheck; learnt: Record<string, string> } {
  const { address, replyAddress } = account.config;
  const given = textOf(about["InboundAddress"]) ?? "";
  const title = { es: `El correo para ${address} llega a Postmark`, en: `Mail for ${address} reaches Postmark` };
  if (textOf(about["InboundDomain"]) === domainOf(address)) return { found: check("inbox", "ok", title), learnt: {} };
  const help = {
    es: `Reenvíe ${address} a ${given} desde su proveedor de correo, o apunte el registro MX del dominio a Postmark.`,
    en: `Forward ${address} to ${given} at your mail provider, or point the domain's MX record to Postmark.`,
  };
  const learnt: Record<string, string> = replyAddress === undefined && given !== "" ? { replyAddress: given } : {};
  return { found: check("inbox", "manual", title, help), learnt };
}

async function eventsHook(
  account: EmailAccount,
  context: ConnectContext,
): Promise<{ id?: number; failed?: Awaited<ReturnType<typeof callPostmark>> }> {
  const path = `/webhooks?MessageStream=${encodeURIComponent(streamOf(account))}`;
  const list = await callPostmark("GET", path, account, context);
  if (!isOk(list)) return { failed: list };
  const ours = recordsOf(fieldsOf(list.body)["Webhooks"]).find(({ Url }) => Url === account.webhookUrl);
  return typeof ours?.["ID"] === "number" ? { id: ours["ID"] } : {};
}

/** Written each time, because the password that is in use there cannot be seen. */
async function checkEvents(account: EmailAccount, context: ConnectContext): Promise<ConnectCheck> {
  const { id, failed } = await eventsHook(account, context);
  if (failed !== undefined) return unanswered("events", EVENTS, "Postmark", failed);
  const [Username = "", Password = ""] = account.secrets.webhookLogins[0]?.split(":") ?? [];
  const wish = {
    Url: account.webhookUrl,
    HttpAuth: { Username, Password },
    Triggers: {
      Delivery: { Enabled: true },
      Bounce: { Enabled: true, IncludeContent: false },
      SpamComplaint: { Enabled: true, IncludeContent: false },
      SubscriptionChange: { Enabled: true },
    },
  };
  const set =
    id === undefined
      ? await callPostmark("POST", "/webhooks", account, context, { ...wish, MessageStream: streamOf(account) })
      : await callPostmark("PUT", `/webhooks/${id}`, account, context, wish);
  if (!isOk(set)) return unanswered("events", EVENTS, "Postmark", set);
  return check("events", id === undefined ? "fixed" : "ok", EVENTS);
}

const senderCheck = ({ config: { address } }: EmailAccount): ConnectCheck =>
  check(
    "sender",
    "manual",
    { es: `Postmark puede enviar como ${address}`, en: `Postmark may send as ${address}` },
    {
      es: "En Postmark, «Sender Signatures», añada el dominio y sus registros DKIM y Return-Path, o confirme la dirección. La cuenta debe estar aprobada para escribir a cualquiera.",
      en: "At Postmark, “Sender Signatures”, add the domain with its DKIM and Return-Path records, or confirm the address. The account must be approved to write to anybody.",
    },
  );
