import type { Capabilities, ChannelSending, ChannelSetup, ChannelWebhook } from "./contract.ts";
import { newSecretToken, TelegramConfig, TelegramSecrets } from "./telegram/account.ts";
import { connectTelegram, disconnectTelegram } from "./telegram/connect.ts";
import { callbackDataOf } from "./telegram/keyboard.ts";
import { openTelegramFile } from "./telegram/media.ts";
import { LIMITS, renderTelegram } from "./telegram/render.ts";
import { verifySecretToken } from "./telegram/secret-token.ts";
import { attendTelegram, sendTelegram } from "./telegram/send.ts";
import { isGroup, threadAfter } from "./telegram/thread.ts";
import { acknowledgeTelegram, parseTelegramWebhook } from "./telegram/update.ts";

const capabilities: Capabilities = {
  ...LIMITS,
  streams: false,
  typing: true,
  typingEveryMs: 4_000,
  markdown: "full",
  // There is neither a key nor a look-up. An answer that a person waits for is better sent twice than never.
  ambiguous: { tier: "none", policy: "resend" },
  rates: {
    account: { everyMs: 34, burst: 30 },
    person: { everyMs: 1_000, burst: 3 },
    // Twenty in any minute.
    group: { everyMs: 4_000, burst: 5 },
  },
};

/** The Bot API: https://core.telegram.org/bots/api */
export const telegramSetup: ChannelSetup<TelegramConfig, TelegramSecrets> = {
  kind: "telegram",
  label: { es: "Telegram", en: "Telegram" },
  capabilities,
  configSchema: TelegramConfig,
  secretsSchema: TelegramSecrets,
  generateSecrets: () => ({ secretTokens: [newSecretToken()] }),
  connect: connectTelegram,
  disconnect: disconnectTelegram,
};

export const telegramWebhook: ChannelWebhook<TelegramConfig, TelegramSecrets> = {
  kind: "telegram",
  maxBodyBytes: 1_048_576,
  contentTypes: ["application/json"],
  configSchema: TelegramConfig,
  secretsSchema: TelegramSecrets,
  verify: (request, account) => verifySecretToken(request, account),
  parse: parseTelegramWebhook,
  acknowledge: acknowledgeTelegram,
};

export const telegramSending: ChannelSending<TelegramConfig, TelegramSecrets> = {
  render: renderTelegram,
  send: sendTelegram,
  threadAfter,
  isGroup: ({ address }) => isGroup(address),
  buttonKey: callbackDataOf,
  attend: attendTelegram,
  media: openTelegramFile,
};
