/** A mail of ours as it lies in somebody's mailbox. */
export type Letter = {
  /** The vendor's id. */
  id: string;
  messageId: string;
  from: string;
  to: string;
  replyTo: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
  files: { name: string; mime: string; bytes: Buffer }[];
  /** What callbacks carry back. */
  tags: Record<string, string>;
  /** How often the vendor was asked for it under the same key. */
  asked: number;
};

/** How a mail is taken. `cut` and `stall` come after it was accepted: the sender cannot know. */
export type Reception = {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  how?: "answer" | "cut" | "stall";
};
export type ReceptionScript = (to: string) => Reception;

const ADDRESS = /^[^\s@<>]{1,64}@[^\s@<>]{1,190}$/;

export const addressIn = (text: string): string => (/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).trim();

/** What every mail service refuses, and what would be a mistake of ours even where it does not. */
export function problemsOf({
  from,
  to,
  replyTo,
  subject,
  text,
  html,
  headers,
  files,
}: Omit<Letter, "asked">): string[] {
  const problems: string[] = [];
  const check = (isRight: boolean, what: string): void => void (isRight || problems.push(what));
  for (const [name, value] of Object.entries({ from: addressIn(from), to, replyTo }))
    check(ADDRESS.test(value), `${name} is no address: ${value}`);
  check(subject !== "" && !/[\r\n]/.test(subject), `subject: ${subject}`);
  check(text.trim() !== "", "no plain text");
  check(html.trimStart().toLowerCase().startsWith("<!doctype html>"), "no HTML");
  for (const [name, value] of Object.entries(headers)) {
    check(/^[A-Za-z0-9-]+$/.test(name) && !/[\r\n]/.test(value), `header ${name}: ${value}`);
    check(Buffer.byteLength(value) <= 2048, `header ${name} has ${value.length} bytes`);
  }
  for (const { name, bytes } of files) check(name !== "" && bytes.length > 0, `file ${name} of ${bytes.length} bytes`);
  return problems;
}
