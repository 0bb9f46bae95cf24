import type { EnrichContext, ParsedWebhook, Verdict, WebhookRequest } from "../contract.ts";
import type { EmailAccount, ProviderName } from "./account.ts";
import { keepAttachments, parseRawMail } from "./cloudflare/parse.ts";
import { withinLimits } from "./loop-limits.ts";
import { enrichPostmark, parsePostmark, verifyPostmark } from "./postmark/parse.ts";
import { enrichResend, parseResend, verifyResend } from "./resend/parse.ts";
import { isStop, parseStop, verifyStop } from "./stop.ts";

type Inbound = {
  verify(request: WebhookRequest, account: EmailAccount, now: number): Promise<Verdict>;
  parse(request: WebhookRequest, account: EmailAccount, now: number): Promise<ParsedWebhook>;
  enrich(
    parsed: ParsedWebhook,
    request: WebhookRequest,
    account: EmailAccount,
    context: EnrichContext,
  ): Promise<ParsedWebhook>;
};

/** How the mail comes in; what it then is to us is the same for all of them. */
const providers: Record<ProviderName, Inbound> = {
  cloudflare: {
    // Its mail comes in by a door of its own, never by a webhook.
    verify: () => Promise.resolve({ ok: false, status: 401, reason: "this account has no webhook" }),
    parse: parseRawMail,
    enrich: keepAttachments,
  },
  resend: { verify: verifyResend, parse: parseResend, enrich: enrichResend },
  postmark: { verify: verifyPostmark, parse: parsePostmark, enrich: enrichPostmark },
};

const providerOf = ({ config }: EmailAccount): Inbound => providers[config.provider.name];

export const verifyEmail: Inbound["verify"] = (request, account, now) =>
  isStop(request) ? verifyStop(request, account) : providerOf(account).verify(request, account, now);

export const parseEmail: Inbound["parse"] = (request, account, now) =>
  isStop(request) ? parseStop(request, account, now) : providerOf(account).parse(request, account, now);

export async function enrichEmail(...args: Parameters<Inbound["enrich"]>): Promise<ParsedWebhook> {
  const [parsed, request, account, context] = args;
  if (isStop(request)) return parsed;
  return withinLimits(await providerOf(account).enrich(parsed, request, account, context), context);
}
