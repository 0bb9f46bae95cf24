import { listAt } from "./api.ts";

export type PlatformMail = { from: string; to: string[]; subject: string; headers: Record<string, string> };

/** What left by the platform's own mail service, newest first: the runtime keeps it where development can look. */
export async function platformMails(url: string): Promise<(PlatformMail & { messageId: string })[]> {
  const response = await fetch(`${url}/cdn-cgi/local/explorer/api/local/email/sending?per_page=100`);
  return listAt(await response.json(), "result") as (PlatformMail & { messageId: string })[];
}
