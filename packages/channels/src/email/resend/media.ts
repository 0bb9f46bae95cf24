import { messageOf } from "@charla/domain/errors";
import type { Media } from "@charla/domain/inbound";
import type { FetchedMedia, SendContext } from "../../contract.ts";
import type { EmailAccount } from "../account.ts";
import { fieldsOf, textOf } from "../fields.ts";
import { apiUrlOf, callResend } from "./api.ts";

const REF = /^([\w.:-]{1,200})\/([\w.:-]{1,200})$/;
/** Where signed links of the vendor's lead; they need no key, and get none. */
const HOSTS = [".resend.com", ".resend.app", ".cloudfront.net"];

export async function openResendFile(media: Media, account: EmailAccount, context: SendContext): Promise<FetchedMedia> {
  const [, mail, file] = REF.exec(media.ref) ?? [];
  if (mail === undefined || file === undefined) return denied("the reference is none of Resend's");
  const answer = await callResend("GET", `/emails/receiving/${mail}/attachments/${file}`, account, context);
  if (answer.lost) return { ok: false, class: answer.denied ? "denied" : "transient", message: answer.message };
  if (answer.status !== 200) return refused(answer.status);
  const url = URL.parse(textOf(fieldsOf(answer.body)["download_url"]) ?? "");
  if (url === null || !isAllowed(url, account)) return denied("the vendor's link leads elsewhere");
  try {
    const { ok, status, headers, body } = await context.fetch(url.href, { redirect: "manual", signal: context.signal });
    if (!ok || body === null) {
      await body?.cancel();
      return refused(status);
    }
    const size = Number(headers.get("content-length") ?? Number.NaN);
    return { ok: true, body, ...(media.mime && { mime: media.mime }), ...(Number.isSafeInteger(size) && { size }) };
  } catch (error) {
    return { ok: false, class: "transient", message: messageOf(error).slice(0, 300) };
  }
}

const isAllowed = (url: URL, account: EmailAccount): boolean =>
  url.host === new URL(apiUrlOf(account)).host ||
  (url.protocol === "https:" && url.port === "" && HOSTS.some((host) => url.hostname.endsWith(host)));

const denied = (message: string): FetchedMedia => ({ ok: false, class: "denied", message });

const refused = (status: number): FetchedMedia => ({
  ok: false,
  class: status === 404 || status === 410 ? "gone" : status === 429 || status >= 500 ? "transient" : "denied",
  message: `the file was answered ${status}`,
});
