import { check, type ConnectContext } from "../connect.ts";
import { accountPath, callTwilio, textIn } from "./api.ts";
import type { TwilioCredentials } from "./config.ts";
import { say } from "./connect-words.ts";
import { broken, type Step } from "./step.ts";

export async function checkCredentials(account: TwilioCredentials, context: ConnectContext): Promise<Step> {
  const path = accountPath(account);
  const { status, body } = await callTwilio(account, { service: "api", path, asAccount: true }, context);
  if (status === 401 || status === 403 || status === 404) return broken("credentials", say.credentialsWrong);
  if (status !== 200) return broken("credentials", say.refused(status, textIn(body, "message")));
  if (textIn(body, "status") !== "active") return broken("credentials", say.suspended(textIn(body, "status")));
  const checks = [check("credentials", "ok", say.credentialsRight)];
  if (textIn(body, "type") === "Trial") checks.push(check("trial", "manual", say.trial, say.trialHelp));
  return { checks, facts: { account: textIn(body, "friendly_name") } };
}
