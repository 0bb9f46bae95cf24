import type { DeliveryStatus, InboundEvent } from "@charla/domain/inbound";
import type { ParsedWebhook } from "../contract.ts";
import { type EmailAccount, inboxOf } from "./account.ts";
import { addressIn, detailOf, mailboxIn } from "./address.ts";
import { type Mail, messageIdOf } from "./mail.ts";
import { isHard, type Report, reportIn } from "./report.ts";
import { timeOf } from "./time.ts";
import { readCode } from "./token.ts";

/**
 * A report that came as a mail. Anybody can write one, so it counts only when the head of the mail it returns carries our
 * code for that thread and that person.
 */
export async function bounceOf(mail: Mail, account: EmailAccount, now: number): Promise<ParsedWebhook | null> {
  const report = reportIn(mail.report ?? []);
  if (report === undefined || (report.action !== "failed" && report.action !== "delivered")) return null;
  const recipient = addressIn(report.recipient ?? "");
  const code = codeIn(report, account);
  const proof = recipient === undefined || code === undefined ? null : await readCode(account, code, recipient);
  if (recipient === undefined || proof?.mine !== true) return null;
  const at = timeOf(mail, now);
  const hard = isHard(report);
  const bounced: InboundEvent = {
    kind: "opt_out",
    externalId: messageIdOf(mail) ?? mail.vendorId,
    at,
    why: "bounced",
  };
  const status = statusOf(report, at, hard);
  return {
    arrivals: [
      {
        thread: proof.thread,
        contact: { address: recipient },
        events: hard ? [bounced] : [],
        statuses: status === null ? [] : [status],
      },
    ],
    rejected: [],
  };
}

const codeIn = ({ replyTo }: Report, { config }: EmailAccount): string | undefined =>
  detailOf(mailboxIn(replyTo ?? "")?.address ?? "", inboxOf(config));

function statusOf(report: Report, at: number, hard: boolean): DeliveryStatus | null {
  const messageId = /^msg_[a-z0-9]{1,64}$/.exec(report.ours ?? "")?.[0];
  if (messageId === undefined) return null;
  if (report.action === "delivered") return { messageId, state: "delivered", at };
  const message = [report.status, report.diagnostic].filter((part) => part !== undefined).join(" ");
  return {
    messageId,
    state: "failed",
    at,
    error: { class: hard ? "optout" : "invalid", message: message.slice(0, 300) },
  };
}
