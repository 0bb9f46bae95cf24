import type { ConnectContext, ConnectReport } from "../connect.ts";
import type { EmailAccount, ProviderName } from "./account.ts";
import { connectCloudflare, disconnectCloudflare } from "./cloudflare/connect.ts";
import { connectPostmark, disconnectPostmark } from "./postmark/connect.ts";
import { connectResend, disconnectResend } from "./resend/connect.ts";

type Step = (account: EmailAccount, context: ConnectContext) => Promise<ConnectReport>;

const providers: Record<ProviderName, { connect: Step; disconnect: Step }> = {
  cloudflare: { connect: connectCloudflare, disconnect: disconnectCloudflare },
  resend: { connect: connectResend, disconnect: disconnectResend },
  postmark: { connect: connectPostmark, disconnect: disconnectPostmark },
};

export const connectEmail: Step = (account, context) =>
  providers[account.config.provider.name].connect(account, context);
export const disconnectEmail: Step = (account, context) =>
  providers[account.config.provider.name].disconnect(account, context);
