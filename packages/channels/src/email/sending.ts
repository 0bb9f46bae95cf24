import type { Media } from "@charla/domain/inbound";
import type { Capabilities, FetchedMedia, Outgoing, SendContext, SendResult } from "../contract.ts";
import type { EmailAccount, ProviderName } from "./account.ts";
import { sendByCloudflare } from "./cloudflare/send.ts";
import { compose, type FileRules, type OutMail } from "./compose.ts";
import { sendByPostmark } from "./postmark/send.ts";
import { openResendFile } from "./resend/media.ts";
import { sendByResend } from "./resend/send.ts";

type Outbound = {
  files: FileRules;
  differs: Pick<Capabilities, "ambiguous" | "rates">;
  send(mail: OutMail, account: EmailAccount, context: SendContext): Promise<SendResult>;
  /** Absent where files come with the mail and are stored when it is taken. */
  media?(media: Media, account: EmailAccount, context: SendContext): Promise<FetchedMedia>;
};

/** Three quarters of what the vendors take, because of Base64, less room for the words. */
const ROOM = { cloudflare: 3_600_000, resend: 31_000_000, postmark: 7_500_000 };

const providers: Record<ProviderName, Outbound> = {
  cloudflare: {
    files: { maxBytes: ROOM.cloudflare, fetches: false },
    // It has neither keys nor callbacks of ours. An answer that a person waits for is better sent twice than never.
    differs: { ambiguous: { tier: "none", policy: "resend" }, rates: { account: { everyMs: 100, burst: 20 } } },
    send: sendByCloudflare,
  },
  resend: {
    files: { maxBytes: ROOM.resend, fetches: true },
    // Two requests a second for the whole team of the vendor's customer.
    differs: { ambiguous: { tier: "key", windowMs: 86_400_000 }, rates: { account: { everyMs: 500, burst: 2 } } },
    send: sendByResend,
    media: openResendFile,
  },
  postmark: {
    files: { maxBytes: ROOM.postmark, fetches: false },
    differs: { ambiguous: { tier: "none", policy: "resend" }, rates: { account: { everyMs: 100, burst: 50 } } },
    send: sendByPostmark,
  },
};

const providerOf = ({ config }: EmailAccount): Outbound => providers[config.provider.name];

export const varyEmail = (account: EmailAccount): Partial<Capabilities> => providerOf(account).differs;

export async function sendEmail(message: Outgoing, account: EmailAccount, context: SendContext): Promise<SendResult> {
  const { files, send } = providerOf(account);
  const mail = await compose(message, account, files, context);
  if (mail === null) return { ok: false, class: "invalid", message: "the contact has no mail address" };
  return send(mail, account, context);
}

export async function openEmailFile(media: Media, account: EmailAccount, context: SendContext): Promise<FetchedMedia> {
  const opened = await providerOf(account).media?.(media, account, context);
  return opened ?? { ok: false, class: "gone", message: "the file is not at the vendor" };
}
