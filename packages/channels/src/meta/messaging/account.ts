import * as z from "zod";
import type { Account } from "../../contract.ts";
import type { GraphAccess } from "../graph.ts";
import { GraphUrl, GraphVersion, MetaId } from "../config.ts";

/** What Messenger and Instagram have in common; each says itself what its account is and where its API stands. */
export const messagingConfig = (apiUrl: string, accountId: string) =>
  z.object({
    accountId: MetaId.describe(accountId),
    appId: MetaId.describe("App ID; it tells our own messages from those that a person writes in the inbox"),
    graphVersion: GraphVersion,
    apiUrl: GraphUrl.default(apiUrl),
  });
export type MessagingConfig = z.infer<ReturnType<typeof messagingConfig>>;

export const MessagingSecrets = z.object({
  accessToken: z.string().min(8).max(1024).describe("Access token that does not expire"),
  appSecrets: z
    .array(z.string().min(16).max(200))
    .min(1)
    .max(2)
    .describe("App secret; while it is changed, the new one first and then the old one"),
  verifyTokens: z.array(z.string().min(8).max(200)).min(1).max(2).describe("Word by which Meta finds the webhook ours"),
});
export type MessagingSecrets = z.infer<typeof MessagingSecrets>;

export type MessagingAccount = Account<MessagingConfig, MessagingSecrets>;

/** Where the two differ once an account is known. */
export type Flavour = {
  object: "page" | "instagram";
  /** Hosts of Meta's from which files may be fetched; a leading dot means every name below it. */
  mediaHosts: readonly string[];
  /** In the unit in which the vendor counts the length of a text. */
  measure: (text: string) => number;
  scopes: readonly string[];
  fields: { needed: readonly string[]; useful: readonly string[] };
};

export const graphOf = ({ config, secrets }: MessagingAccount): GraphAccess => ({
  apiUrl: config.apiUrl,
  version: config.graphVersion,
  token: secrets.accessToken,
});
