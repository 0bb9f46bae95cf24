import * as z from "zod";
import type { Account } from "../contract.ts";
import { isSigningSecret } from "../standard-webhooks.ts";
import { CODE_LENGTH } from "./code-length.ts";

/** Before the `@` there are 64 letters in all; the plus and the code by which an answer finds its thread are among them. */
const MAX_LOCAL = 63 - CODE_LENGTH;

const Address = z.email().max(200).toLowerCase();
const Reached = Address.refine(
  (address) => address.indexOf("@") <= MAX_LOCAL,
  `At most ${MAX_LOCAL} letters before the @, because answers carry a code there`,
);
const apiUrl = (vendors: string): z.ZodDefault<z.ZodURL> =>
  z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .default(vendors)
    .describe("Where the vendor's API is reached");

const Provider = z.discriminatedUnion("name", [
  z.object({ name: z.literal("cloudflare") }).describe("The mail service of this installation"),
  z.object({ name: z.literal("resend"), apiUrl: apiUrl("https://api.resend.com") }).describe("Resend"),
  z
    .object({
      name: z.literal("postmark"),
      apiUrl: apiUrl("https://api.postmarkapp.com"),
      messageStream: z.string().min(1).max(30).default("outbound").describe("The stream that answers go out by"),
    })
    .describe("Postmark"),
]);

export const EmailConfig = z.object({
  provider: Provider.describe("Who receives and sends the mail"),
  address: Reached.describe("The address that people write to, and that answers come from"),
  name: z.string().trim().min(1).max(80).default("Charla").describe("The name shown beside the address"),
  replyAddress: Reached.optional().describe("Where answers arrive, if not at the address itself"),
  ownAddresses: z
    .array(Address)
    .max(20)
    .default([])
    .describe("Other addresses of the business; what comes from them is never answered"),
  subject: z
    .string()
    .trim()
    .min(1)
    .max(150)
    .optional()
    .describe("Subject of a mail that answers none; otherwise the name"),
  unsubscribe: z.boolean().default(true).describe("Adds a link to the head of each mail by which people opt out"),
});
export type EmailConfig = z.infer<typeof EmailConfig>;

export const EmailSecrets = z.object({
  linkKeys: z
    .array(z.string().regex(/^[A-Za-z0-9_-]{43}$/, "32 bytes as base64url"))
    .min(1)
    .max(2)
    .describe("Sign reply addresses and unsubscribe links; the first signs, both are accepted"),
  webhookLogins: z
    .array(z.string().regex(/^[A-Za-z0-9]{1,32}:[A-Za-z0-9_-]{16,200}$/, "name:password, at least 16 letters"))
    .min(1)
    .max(2)
    .describe("What Postmark proves itself with"),
  apiKey: z.string().min(8).max(300).optional().describe("API key of Resend, or server token of Postmark"),
  signingSecrets: z
    .array(z.string().max(200).refine(isSigningSecret, "whsec_ and at least 16 bytes of base64"))
    .max(2)
    .default([])
    .describe("What Resend signs with (whsec_…); filled in when the account is connected"),
});
export type EmailSecrets = z.infer<typeof EmailSecrets>;

export type ProviderName = EmailConfig["provider"]["name"];
export type EmailAccount = Account<EmailConfig, EmailSecrets>;

export const newEmailSecrets = (): Record<string, unknown> => ({
  linkKeys: [randomText()],
  webhookLogins: [`charla:${randomText()}`],
});

const randomText = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
};

/** What comes from one of these was sent by the business itself. */
export const ownAddressesOf = ({ address, replyAddress, ownAddresses }: EmailConfig): Set<string> =>
  new Set([address, ...(replyAddress === undefined ? [] : [replyAddress]), ...ownAddresses]);

/** Where answers arrive. */
export const inboxOf = ({ address, replyAddress }: EmailConfig): string => replyAddress ?? address;
