import * as z from "zod";
import type { Account } from "../contract.ts";
import { GraphUrl, GraphVersion, MetaId } from "../meta/config.ts";
import type { GraphAccess } from "../meta/graph.ts";

const Template = z.object({
  name: z
    .string()
    .regex(/^[a-z0-9_]{1,512}$/)
    .describe("Name of an approved template"),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(_[A-Z]{2,3})?$/)
    .default("es")
    .describe("Its language, as WhatsApp writes it: es, es_MX, en_US"),
  parameters: z
    .array(
      z.object({
        name: z
          .string()
          .regex(/^[a-z_][a-z0-9_]{0,99}$/)
          .optional()
          .describe("Only for templates with named variables"),
        value: z.string().min(1).max(1024).describe("{text} stands for the answer, {name} for the person's name"),
      }),
    )
    .max(20)
    .default([])
    .describe("The variables of its body, in order"),
});
export type Template = z.infer<typeof Template>;

export const WhatsAppConfig = z.object({
  phoneNumberId: MetaId.describe("Phone number ID, from API Setup of the app"),
  wabaId: MetaId.describe("WhatsApp Business Account ID, from the same page"),
  appId: MetaId.optional().describe("App ID; with it Charla checks the app secret, the permissions and the webhook"),
  template: Template.optional().describe("Sent in place of an answer once 24 hours have passed since the person wrote"),
  listLabel: z.string().min(1).max(20).default("Ver opciones").describe("What opens a list of more than three options"),
  quote: z.enum(["never", "groups", "always"]).default("groups").describe("When an answer quotes what it answers"),
  graphVersion: GraphVersion,
  apiUrl: GraphUrl.default("https://graph.facebook.com"),
});
export type WhatsAppConfig = z.infer<typeof WhatsAppConfig>;

export const WhatsAppSecrets = z.object({
  accessToken: z.string().min(8).max(1024).describe("Permanent token of a system user"),
  appSecrets: z
    .array(z.string().min(16).max(200))
    .min(1)
    .max(2)
    .describe("App secret; while it is changed, the new one first and then the old one"),
  verifyTokens: z.array(z.string().min(8).max(200)).min(1).max(2).describe("Word by which Meta finds the webhook ours"),
});
export type WhatsAppSecrets = z.infer<typeof WhatsAppSecrets>;

export type WhatsAppAccount = Account<WhatsAppConfig, WhatsAppSecrets>;

export const graphOf = ({ config, secrets }: WhatsAppAccount): GraphAccess => ({
  apiUrl: config.apiUrl,
  version: config.graphVersion,
  token: secrets.accessToken,
});
