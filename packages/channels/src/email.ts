import type { Capabilities, ChannelSending, ChannelSetup, ChannelWebhook } from "./contract.ts";
import { EmailConfig, EmailSecrets, inboxOf, newEmailSecrets } from "./email/account.ts";
import { openEmailFile, sendEmail, varyEmail } from "./email/sending.ts";
import { connectEmail, disconnectEmail } from "./email/setup.ts";
import { confirmStop, isStopped, offerStop } from "./email/stop.ts";
import { enrichEmail, parseEmail, verifyEmail } from "./email/webhook.ts";
import { toEmailHtml } from "./markdown/dialects.ts";
import { renderMarkdown } from "./markdown/render.ts";

const capabilities: Capabilities = {
  // Mail programs cut what is longer than about 100 KB.
  maxText: 30_000,
  maxButtons: 0,
  streams: false,
  typing: false,
  markdown: "full",
  ambiguous: { tier: "none", policy: "resend" },
  maxBubbles: 3,
};

/** Mail by Cloudflare, Resend or Postmark. */
export const emailSetup: ChannelSetup<EmailConfig, EmailSecrets> = {
  kind: "email",
  label: { es: "Correo electrónico", en: "E-mail" },
  capabilities,
  configSchema: EmailConfig,
  secretsSchema: EmailSecrets,
  generateSecrets: newEmailSecrets,
  addresses: (config) => (config.provider.name === "cloudflare" ? [inboxOf(config)] : []),
  connect: connectEmail,
  disconnect: disconnectEmail,
};

export const emailWebhook: ChannelWebhook<EmailConfig, EmailSecrets> = {
  kind: "email",
  // 36 MiB: Postmark puts all files of a mail into one request.
  maxBodyBytes: 37_748_736,
  contentTypes: ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"],
  configSchema: EmailConfig,
  secretsSchema: EmailSecrets,
  handshake: offerStop,
  verify: verifyEmail,
  parse: parseEmail,
  enrich: enrichEmail,
  acknowledge: (parsed) => (isStopped(parsed) ? confirmStop() : new Response(null, { status: 200 })),
};

export const emailSending: ChannelSending<EmailConfig, EmailSecrets> = {
  vary: varyEmail,
  render: (answer) => renderMarkdown(answer, capabilities, toEmailHtml),
  send: sendEmail,
  media: openEmailFile,
};
