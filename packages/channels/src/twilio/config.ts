import * as z from "zod";
import type { Account } from "../contract.ts";

export const E164 = z.string().regex(/^\+[1-9]\d{5,14}$/, "A number in international form, like +34600000000");
const ASCII = /^[\x21-\x7e]+$/;
export const sid = (prefix: string): z.ZodString =>
  z.string().regex(new RegExp(`^${prefix}[0-9a-fA-F]{32}$`), `${prefix} and 32 hexadecimal digits`);

export const WindowTemplate = z.object({
  contentSid: sid("HX").describe("An approved WhatsApp template of the Content Template Builder"),
  variables: z
    .record(z.string().regex(/^\w{1,16}$/), z.string().min(1).max(600))
    .default({})
    .describe("Values of the template's variables; {name} and {text} stand for the person's name and the answer"),
});

export const TwilioConfig = z
  .object({
    accountSid: sid("AC").describe("Account SID, as the Twilio console shows it"),
    phoneNumber: E164.optional().describe("The Twilio number for SMS and MMS"),
    whatsappNumber: E164.optional().describe("The number registered as a WhatsApp sender at Twilio"),
    messagingServiceSid: sid("MG").optional().describe("A Messaging Service that chooses the sender of SMS and MMS"),
    buttons: z
      .enum(["text", "content"])
      .default("text")
      .describe("On WhatsApp: a numbered list, or buttons through content templates that connecting creates"),
    windowTemplate: WindowTemplate.optional().describe(
      "Sent in place of an answer when the person wrote to WhatsApp more than 24 hours ago",
    ),
    apiUrl: z
      .url({ protocol: /^https?$/ })
      .max(200)
      .default("https://api.twilio.com")
      .describe("Twilio's API; another region has its own address"),
    contents: z.record(z.string(), sid("HX")).default({}).describe("Content templates made by connecting"),
    previous: z
      .record(z.string(), z.string())
      .optional()
      .describe("Webhook settings found when connecting; disconnecting puts them back"),
  })
  .refine(
    ({ phoneNumber, whatsappNumber, messagingServiceSid }) => phoneNumber ?? whatsappNumber ?? messagingServiceSid,
    "A phone number, a WhatsApp number or a Messaging Service is needed",
  );
export type TwilioConfig = z.infer<typeof TwilioConfig>;

const Token = z.string().min(16).max(128).regex(ASCII);

export const TwilioSecrets = z.object({
  authTokens: z
    .array(Token)
    .min(1)
    .max(2)
    .describe("Auth token of the account; while Twilio rotates it, the secondary one behind it"),
  apiKey: z
    .object({ sid: sid("SK"), secret: Token })
    .optional()
    .describe("Optional: messages are sent with this API key instead of the auth token"),
});
export type TwilioSecrets = z.infer<typeof TwilioSecrets>;

export type TwilioAccount = Account<TwilioConfig, TwilioSecrets>;
/** What a call of the API needs, on whichever of Twilio's channels. */
export type TwilioCredentials = { config: Pick<TwilioConfig, "accountSid" | "apiUrl">; secrets: TwilioSecrets };
