import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchTenant } from "../tenants/internal.ts";

/** A mail to somebody who looks after the place, as the platform's mail service takes it. */
export type NoticeMail = {
  from: { email: string; name: string };
  to: string;
  subject: string;
  text: string;
  headers: Record<string, string>;
};

/** How such mails leave, and under which address. */
export type Postman = {
  from: string;
  send(mail: NoticeMail): Promise<unknown>;
  failed(error: unknown): void;
};

export type Language = "es" | "en";
export type Words = { subject: string; text: string };

const NAME = "Charla";
const MOST_SUBJECT = 150;

/** To everybody who is to be told, each in their language. How many were reached; null where there is nobody to tell. */
export async function sendNotice(
  ctx: Ctx,
  postman: Postman,
  words: (language: Language) => Words,
): Promise<number | null> {
  requirePermission(ctx, "notices.write");
  // Not out of what this isolate remembers of the tenant: somebody may just have been added.
  const { noticeRecipients, language } = await fetchTenant(ctx, ctx.tenantId);
  if (noticeRecipients.length === 0) return null;
  let reached = 0;
  for (const recipient of noticeRecipients) {
    const { subject, text } = words(recipient.language ?? language);
    try {
      await postman.send({
        from: { email: postman.from, name: NAME },
        to: recipient.address,
        subject: oneLine(subject),
        text,
        // Machines that answer mail, ours among them, leave such mails alone.
        headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
      });
      reached++;
    } catch (error) {
      postman.failed(error);
    }
  }
  return reached;
}

/** Names that people chose may stand in it. */
const oneLine = (subject: string): string =>
  subject
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, MOST_SUBJECT);
