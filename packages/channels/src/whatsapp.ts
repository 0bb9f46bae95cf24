import type { ChannelSending, ChannelSetup, ChannelWebhook } from "./contract.ts";
import { handshakeMeta, newVerifyToken } from "./meta/handshake.ts";
import { verifyMeta } from "./meta/signature.ts";
import { WhatsAppConfig, WhatsAppSecrets } from "./whatsapp/account.ts";
import { attendWhatsApp } from "./whatsapp/attend.ts";
import { connectWhatsApp, disconnectWhatsApp } from "./whatsapp/connect.ts";
import { capabilities } from "./whatsapp/limits.ts";
import { openWhatsAppMedia } from "./whatsapp/media.ts";
import { parseWhatsApp } from "./whatsapp/parse.ts";
import { renderWhatsApp } from "./whatsapp/render.ts";
import { sendWhatsApp } from "./whatsapp/send.ts";

/** https://developers.facebook.com/docs/whatsapp/cloud-api */
export const whatsappSetup: ChannelSetup<WhatsAppConfig, WhatsAppSecrets> = {
  kind: "whatsapp",
  label: { es: "WhatsApp", en: "WhatsApp" },
  capabilities,
  configSchema: WhatsAppConfig,
  secretsSchema: WhatsAppSecrets,
  generateSecrets: () => ({ verifyTokens: [newVerifyToken()] }),
  connect: connectWhatsApp,
  disconnect: disconnectWhatsApp,
};

export const whatsappWebhook: ChannelWebhook<WhatsAppConfig, WhatsAppSecrets> = {
  kind: "whatsapp",
  maxBodyBytes: 3_145_728,
  contentTypes: ["application/json"],
  configSchema: WhatsAppConfig,
  secretsSchema: WhatsAppSecrets,
  handshake: (request, { secrets }) => handshakeMeta(request, secrets.verifyTokens),
  verify: (request, { secrets }) => verifyMeta(request, secrets.appSecrets),
  parse: parseWhatsApp,
};

export const whatsappSending: ChannelSending<WhatsAppConfig, WhatsAppSecrets> = {
  render: renderWhatsApp,
  send: sendWhatsApp,
  // Persons and groups alike are named by their address.
  threadAfter: (_thread, address) => address,
  attend: attendWhatsApp,
  media: openWhatsAppMedia,
};
