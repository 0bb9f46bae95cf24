import * as z from "zod";
import type { Account } from "../contract.ts";

const ACCEPTED = /^[A-Za-z0-9_-]{16,256}$/;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

export const TelegramConfig = z.object({
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .default("https://api.telegram.org")
    .describe("Where the Bot API is reached"),
  groups: z
    .enum(["addressed", "all", "off"])
    .default("addressed")
    .describe("In groups the agent answers whoever addresses it (by name, command or reply), everybody, or nobody"),
  richMessages: z.boolean().default(false).describe("Sends answers with tables as rich messages (Bot API 10.1)"),
  maxConnections: z.int().min(1).max(100).default(40).describe("Webhooks that Telegram may deliver at the same time"),
  botUsername: z
    .string()
    .regex(/^\w{3,64}$/)
    .optional()
    .describe("Learnt when the bot is connected; by it the agent knows when a group speaks to it"),
});
export type TelegramConfig = z.infer<typeof TelegramConfig>;

export const TelegramSecrets = z.object({
  botToken: z
    .string()
    .regex(/^\d{1,16}:[\w-]{20,100}$/, "As @BotFather shows it: digits, a colon, letters")
    .describe("The token that @BotFather gave you"),
  secretTokens: z
    .array(z.string().regex(ACCEPTED, "16 to 256 of A-Z, a-z, 0-9, _ and -"))
    .min(1)
    .max(2)
    .describe("What Telegram proves itself with; the first is told to it, both are accepted"),
});
export type TelegramSecrets = z.infer<typeof TelegramSecrets>;

export type TelegramAccount = Account<TelegramConfig, TelegramSecrets>;

/** 258 random bits in the alphabet that the vendor takes. */
export const newSecretToken = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(43)), (byte) => ALPHABET[byte % 64]).join("");
