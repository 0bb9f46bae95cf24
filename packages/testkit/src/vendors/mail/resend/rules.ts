import * as z from "zod";

import { addressIn, type Letter, problemsOf } from "../letter.ts";

/** Strict: what the API does not know would be passed over in silence. */
const Email = z.strictObject({
  from: z.string(),
  to: z.array(z.string()).min(1).max(50),
  reply_to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  headers: z.record(z.string(), z.string()),
  tags: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  attachments: z
    .array(
      z.strictObject({
        filename: z.string(),
        content_type: z.string(),
        content: z.base64().optional(),
        path: z.url().optional(),
      }),
    )
    .optional(),
});

const TAG = /^[A-Za-z0-9_-]{1,256}$/;
const OWN = new Set(["message-id", "date", "content-type", "from", "to", "subject", "reply-to"]);

/** The mail, or what is wrong with it. */
export function readEmail(json: unknown, id: string): { letter: Letter } | { problems: string[] } {
  const parsed = Email.safeParse(json);
  if (!parsed.success)
    return { problems: parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`) };
  const { data } = parsed;
  const letter: Letter = {
    id,
    // Resend's own, whatever one asks for.
    messageId: `<${id}@eu-west-1.amazonses.com>`,
    from: data.from,
    to: addressIn(data.to[0] ?? ""),
    replyTo: data.reply_to,
    subject: data.subject,
    text: data.text,
    html: data.html,
    headers: data.headers,
    files: (data.attachments ?? []).map(({ filename, content_type: mime, content, path }) => ({
      name: filename,
      mime,
      bytes: content === undefined ? Buffer.from(path ?? "") : Buffer.from(content, "base64"),
    })),
    tags: Object.fromEntries(data.tags.map(({ name, value }) => [name, value])),
    asked: 1,
  };
  const tags = data.tags.flatMap(({ name, value }) =>
    TAG.test(name) && TAG.test(value) ? [] : [`tag ${name}: ${value}`],
  );
  const own = Object.keys(data.headers).flatMap((name) => (OWN.has(name.toLowerCase()) ? [`header ${name}`] : []));
  const problems = [...problemsOf(letter), ...tags, ...own];
  return problems.length > 0 ? { problems } : { letter };
}
