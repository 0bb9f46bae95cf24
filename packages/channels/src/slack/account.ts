import * as z from "zod";
import type { Account } from "../contract.ts";

const id = z
  .string()
  .regex(/^[A-Z0-9]{2,32}$/)
  .optional();

export const SlackConfig = z.object({
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .default("https://slack.com/api")
    .describe("Where the Web API is reached"),
  channels: z
    .enum(["addressed", "threads", "all", "off"])
    .default("addressed")
    .describe(
      "In channels the agent answers whoever addresses it; also every reply in a thread in which it was addressed; everybody; or nobody. Direct messages are always answered",
    ),
  teamId: id.describe("Learnt when the app is connected"),
  botUserId: id.describe("Learnt when the app is connected; by it the agent knows when it is mentioned"),
});
export type SlackConfig = z.infer<typeof SlackConfig>;

export const SlackSecrets = z.object({
  botToken: z
    .string()
    .regex(/^xox[a-z]-[\w-]{10,300}$/, "The bot user OAuth token, which begins with xoxb-")
    .describe("The bot user OAuth token of the app, which begins with xoxb-"),
  signingSecrets: z
    .array(z.string().regex(/^[\w-]{16,128}$/))
    .min(1)
    .max(2)
    .describe("The signing secret of the app; after a change the one before is accepted as well"),
});
export type SlackSecrets = z.infer<typeof SlackSecrets>;

export type SlackAccount = Account<SlackConfig, SlackSecrets>;
