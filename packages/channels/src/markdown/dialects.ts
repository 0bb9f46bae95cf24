import { emailHtml } from "./email-html.ts";
import { plain } from "./plain.ts";
import { readMarkdown } from "./read.ts";
import { slack } from "./slack.ts";
import { sms } from "./sms.ts";
import { speech } from "./speech.ts";
import { telegramHtml } from "./telegram-html.ts";
import { whatsApp } from "./whatsapp.ts";

/** Markdown as each vendor's clients show it. What the answer says literally never becomes markup of theirs. */
export const toWhatsApp = (markdown: string): string => whatsApp(readMarkdown(markdown));
export const toTelegramHtml = (markdown: string): string => telegramHtml(readMarkdown(markdown));
export const toSlack = (markdown: string): string => slack(readMarkdown(markdown));
export const toPlain = (markdown: string): string => plain(readMarkdown(markdown));
export const toSms = (markdown: string): string => sms(readMarkdown(markdown));
export const toEmailHtml = (markdown: string): string => emailHtml(readMarkdown(markdown));
/** `locale` is a BCP 47 tag; Spanish where it is neither Spanish nor English. */
export const toSpeech = (markdown: string, locale = "es"): string =>
  speech(readMarkdown(markdown), /^en\b/i.test(locale) ? "en" : "es");

export { smsSize } from "./sms.ts";
export { telegramLength } from "./telegram-html.ts";
