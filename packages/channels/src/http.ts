import * as z from "zod";
import type { Capabilities, ChannelSending, ChannelSetup, ChannelWebhook } from "./contract.ts";
import { openHttpMedia } from "./http/media.ts";
import { parseHttpWebhook } from "./http/parse.ts";
import { sendHttp } from "./http/send.ts";
import { asMarkdown, renderMarkdown } from "./markdown/render.ts";
import { isSigningSecret, newSigningSecret, verify } from "./standard-webhooks.ts";

export const HttpConfig = z.object({
  callbackUrl: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .refine((text) => URL.parse(text)?.username === "", "A callback URL carries no credentials")
    .describe("Where Charla posts the messages of the agent"),
  mediaHosts: z
    .array(z.string().regex(/^(\*\.)?([a-z0-9-]+\.)+[a-z]{2,}$/i))
    .max(20)
    .default([])
    .describe("Hosts to fetch attachments from, besides that of the callback"),
});
export type HttpConfig = z.infer<typeof HttpConfig>;

export const HttpSecrets = z.object({
  signingSecrets: z
    .array(z.string().max(200).refine(isSigningSecret, "whsec_ and at least 16 bytes of base64"))
    .min(1)
    .max(2)
    .describe("The first signs what goes out; both are accepted on what comes in"),
});
export type HttpSecrets = z.infer<typeof HttpSecrets>;

const capabilities: Capabilities = {
  maxText: 16_000,
  maxButtons: 20,
  streams: false,
  typing: false,
  markdown: "full",
  ambiguous: { tier: "key", windowMs: 24 * 3_600_000 },
  maxBubbles: 6,
};

/** "Bring your own channel": anything that can post JSON and receive it. */
export const httpSetup: ChannelSetup<HttpConfig, HttpSecrets> = {
  kind: "http",
  label: { es: "HTTP (conecta tu propio canal)", en: "HTTP (bring your own channel)" },
  capabilities,
  configSchema: HttpConfig,
  secretsSchema: HttpSecrets,
  generateSecrets: () => ({ signingSecrets: [newSigningSecret()] }),
};

export const httpWebhook: ChannelWebhook<HttpConfig, HttpSecrets> = {
  kind: "http",
  maxBodyBytes: 1_048_576,
  contentTypes: ["application/json"],
  configSchema: HttpConfig,
  secretsSchema: HttpSecrets,
  verify: (request, account, now) => verify(request.headers, request.rawBody, account.secrets.signingSecrets, now),
  parse: ({ rawBody }, account, now) => parseHttpWebhook(rawBody, account, now),
};

export const httpSending: ChannelSending<HttpConfig, HttpSecrets> = {
  render: (answer) => renderMarkdown(answer, capabilities, asMarkdown),
  send: sendHttp,
  media: openHttpMedia,
};
