import type { Outgoing, SendContext, SendResult } from "../contract.ts";
import { withLinks } from "../file-links.ts";
import { toSms, toWhatsApp } from "../markdown/dialects.ts";
import { destinationOf, isWhatsApp, WHATSAPP } from "./address.ts";
import { codeOf, lostSend, sendResultOf } from "./answer.ts";
import { accountPath, type ApiAnswer, callTwilio } from "./api.ts";
import type { TwilioAccount, TwilioConfig } from "./config.ts";
import { isSendable } from "./file-limits.ts";
import { buttonsContent, type ContentFields, templateContent, withList } from "./content.ts";
import { MESSAGE_PARAM, THREAD_PARAM } from "./status.ts";

export const WINDOW_MS = 24 * 3_600_000;
export const MAX_BODY = 1600;
const MAX_MEDIA = { sms: 10, whatsApp: 1 };
/** Without this Twilio repeats a call-back only when it could not connect. */
const CONNECTION_OVERRIDES = "#rc=5&rp=all";
/** The template or what fills it was refused, so nothing was sent and plain text may still be. */
const CONTENT_REFUSED = new Set([21654, 21655, 21656, 21657, 21658]);

export const withOverrides = (url: string): string => url + CONNECTION_OVERRIDES;

export async function sendTwilio(message: Outgoing, account: TwilioAccount, context: SendContext): Promise<SendResult> {
  const to = destinationOf(message.contact);
  const sender = senderOf(account.config, to);
  if (sender === null) return invalid("the account has no sender for this kind of address");
  const closed = isWhatsApp(to) && context.now - message.lastInboundAt > WINDOW_MS;
  const { media = [] } = message.bubble;
  const files = media.filter((file) => isSendable(file, to));
  const text = withLinks(
    message.bubble.text,
    media.filter((file) => !isSendable(file, to)),
  );
  const body = withList({ ...message.bubble, text }, isWhatsApp(to) ? toWhatsApp : toSms);
  const content = closed ? templateOf(message, account.config, body) : buttonsOf(message, account.config, to);
  if (closed && content === null)
    return { ok: false, class: "window", message: "the person last wrote more than 24 hours ago" };
  const head = { To: to, ...sender, StatusCallback: statusCallback(message, account, to) };
  try {
    if (content !== null) {
      const answer = await create(new URLSearchParams({ ...head, ...content }), account, context);
      if (closed || !CONTENT_REFUSED.has(codeOf(answer.body["code"]))) return sendResultOf(answer);
    }
    if (body.length > MAX_BODY) return invalid(`longer than ${MAX_BODY} characters`);
    if (files.length > (isWhatsApp(to) ? MAX_MEDIA.whatsApp : MAX_MEDIA.sms)) return invalid("too many files");
    const form = new URLSearchParams({ ...head, ...(body !== "" && { Body: body }) });
    for (const { url } of files) form.append("MediaUrl", url);
    return sendResultOf(await create(form, account, context));
  } catch (error) {
    return lostSend(error);
  }
}

const invalid = (message: string): SendResult => ({ ok: false, class: "invalid", message });

const create = (form: URLSearchParams, account: TwilioAccount, context: SendContext): Promise<ApiAnswer> =>
  callTwilio(account, { service: "api", path: accountPath(account, "/Messages"), method: "POST", form }, context);

const templateOf = (message: Outgoing, { windowTemplate }: TwilioConfig, body: string): ContentFields | null =>
  windowTemplate === undefined ? null : templateContent(windowTemplate, message, body);

function buttonsOf({ bubble, contact }: Outgoing, config: TwilioConfig, to: string): ContentFields | null {
  const { text, buttons, media = [] } = bubble;
  if (config.buttons !== "content" || !isWhatsApp(to) || buttons === undefined || media.length > 0) return null;
  return buttonsContent({ text: toWhatsApp(text), buttons }, config, contact.locale);
}

function senderOf(
  { phoneNumber, whatsappNumber, messagingServiceSid }: TwilioConfig,
  to: string,
): Record<string, string> | null {
  if (isWhatsApp(to) && whatsappNumber !== undefined) return { From: WHATSAPP + whatsappNumber };
  if (messagingServiceSid !== undefined) return { MessagingServiceSid: messagingServiceSid };
  return isWhatsApp(to) || phoneNumber === undefined ? null : { From: phoneNumber };
}

/** The query is part of what Twilio signs, so what comes back in it is ours. */
function statusCallback({ id, thread }: Outgoing, { webhookUrl }: TwilioAccount, to: string): string {
  const query = new URLSearchParams({ [MESSAGE_PARAM]: id, ...(thread !== to && { [THREAD_PARAM]: thread }) });
  return withOverrides(`${webhookUrl}?${query.toString()}`);
}
