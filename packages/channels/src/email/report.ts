import { idsIn } from "./mail.ts";

/** What a delivery status notification (RFC 3464) says of one of our mails. */
export type Report = {
  action: string;
  /** Enhanced status code, as `5.1.1`. */
  status: string;
  recipient: string | undefined;
  diagnostic: string | undefined;
  /** Message-ID of the mail that it is about. */
  original: string | undefined;
  /** Addresses of that mail's head in which our code may stand. */
  replyTo: string | undefined;
  ours: string | undefined;
};

/** `parts` are the machine-readable parts of the report, as text. */
export function reportIn(parts: readonly string[]): Report | undefined {
  const all = unfold(parts.join("\n"));
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}:[ \\t]*(.{1,1000})$`, "im").exec(all)?.[1]?.trim();
  const action = field("Action")?.toLowerCase();
  const status = /\d\.\d{1,3}\.\d{1,3}/.exec(field("Status") ?? "")?.[0];
  if (action === undefined || status === undefined) return undefined;
  return {
    action,
    status,
    recipient: field("Final-Recipient")
      ?.replace(/^[^;]*;/, "")
      .trim()
      .toLowerCase(),
    diagnostic: field("Diagnostic-Code"),
    original: idsIn(field("Message-ID"))[0],
    replyTo: field("Reply-To"),
    ours: field(MESSAGE_HEADER),
  };
}

/** Says in our own mails which message of ours they are. */
export const MESSAGE_HEADER = "X-Charla-Message";

/** Nobody is there any more, or never was; full mailboxes and greylisting pass. */
export const isHard = ({ action, status }: Report): boolean =>
  action === "failed" && /^5\.(?:1\.[0-36]|2\.1|4\.4)$/.test(status);

const unfold = (text: string): string => text.replaceAll("\r\n", "\n").replaceAll(/\n[ \t]+/g, " ");
