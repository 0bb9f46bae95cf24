import type { Outgoing, SendContext } from "../src/contract.ts";
import { EmailConfig, EmailSecrets, type EmailAccount } from "../src/email/account.ts";
import { type Envelope, headersOf } from "../src/email/envelope.ts";

export const NOW = Date.UTC(2026, 10, 20, 12);

/** An account of the given vendor; the link key is that of the fixtures. */
export function emailAccount(
  provider: EmailConfig["provider"],
  change: Record<string, unknown> = {},
  secrets: Partial<EmailSecrets> = {},
): EmailAccount {
  const id = "chn_01k9zx7q2v8m4n6p0r5t3w1yab";
  return {
    id,
    tenantId: "ten_01k9zx7q2v8m4n6p0r5t3w1yab",
    webhookUrl: `https://charla.example/webhooks/email/${id}`,
    config: EmailConfig.parse({ provider, address: "support@example.com", name: "Tienda", ...change }),
    secrets: EmailSecrets.parse({
      linkKeys: ["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"],
      webhookLogins: ["charla:synthetic_password_1"],
      apiKey: "re_synthetic_key_1",
      signingSecrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
      ...secrets,
    }),
  };
}

export const cloudflare = emailAccount({ name: "cloudflare" });

/** A raw mail as the mail entry hands it over. */
export const rawMail = (body: string | Uint8Array, envelope: Envelope) => ({
  rawBody: typeof body === "string" ? new TextEncoder().encode(body) : body,
  headers: headersOf(envelope),
});

export const outgoing = (change: Partial<Outgoing> = {}): Outgoing => ({
  id: "msg_01k9zx7q2v8m4n6p0r5t3w1yab",
  conversationId: "cnv_1",
  thread: "eaqu2lyed4t5evhl",
  contact: { address: "ada@example.org", name: "Ada" },
  bubble: { text: "Sí, **mañana**." },
  inReplyTo: ["<m1@example.org>"],
  author: "ai",
  turnId: "trn_1",
  createdAt: NOW,
  tries: 0,
  lastInboundAt: NOW,
  ...change,
});

export const sendContext = (change: Partial<SendContext> = {}): SendContext => ({
  fetch: () => Promise.reject(new Error("nothing is fetched here")),
  now: NOW,
  signal: new AbortController().signal,
  ...change,
});
