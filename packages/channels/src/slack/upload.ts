import { isAppError, messageOf } from "@charla/domain/errors";
import type { OutMedia, SendContext } from "../contract.ts";
import { toSlack } from "../markdown/dialects.ts";
import { textOf } from "../meta/json.ts";
import type { SlackAccount } from "./account.ts";
import { callSlack, type Called, type Refusal } from "./api.ts";
import type { Place } from "./thread.ts";

type Uploaded = { id: string; title: string };

/**
 * Slack fetches nothing: the bytes go up first, file by file, and become a message when they are shared. Only that last
 * step can leave a doubt. https://docs.slack.dev/messaging/working-with-files
 */
export async function shareFiles(
  { text, media }: { text: string; media: readonly OutMedia[] },
  { channel, threadTs }: Place,
  account: SlackAccount,
  context: SendContext,
): Promise<Called> {
  const files: Uploaded[] = [];
  for (const file of media) {
    const uploaded = await upload(file, account, context);
    if ("error" in uploaded) return uploaded;
    files.push(uploaded);
  }
  const comment = toSlack(text);
  const params = {
    files,
    channel_id: channel,
    ...(threadTs !== undefined && { thread_ts: threadTs }),
    ...(comment !== "" && { initial_comment: comment }),
  };
  return callSlack("files.completeUploadExternal", params, account, context);
}

async function upload(file: OutMedia, account: SlackAccount, context: SendContext): Promise<Uploaded | Refusal> {
  const bytes = await context.readFile?.(file);
  if (!bytes) return refusal("invalid", "the file is no longer in the store");
  const title = file.name ?? file.type;
  const params = { filename: title, length: bytes.length };
  const called = await callSlack("files.getUploadURLExternal", params, account, context);
  if (!called.ok) return unsent(called);
  const [url, id] = [URL.parse(textOf(called.body["upload_url"]) ?? ""), textOf(called.body["file_id"])];
  if (url === null || id === undefined || !isSlacks(url, account)) return refusal("transient", "no place to upload to");
  try {
    const response = await context.fetch(url.href, {
      method: "POST",
      redirect: "manual",
      signal: context.signal,
      headers: { "content-type": "application/octet-stream" },
      body: bytes,
    });
    await response.body?.cancel().catch(() => undefined);
    return response.ok ? { id, title } : refusal("transient", `the upload was answered ${response.status}`);
  } catch (error) {
    return refusal(isAppError(error, "EGRESS_DENIED") ? "policy" : "transient", messageOf(error).slice(0, 300));
  }
}

/** The address is the permission, so it must be one of Slack's own. */
function isSlacks(url: URL, { config }: SlackAccount): boolean {
  const api = new URL(config.apiUrl);
  return url.origin === api.origin || (url.protocol === "https:" && url.hostname.endsWith(".slack.com"));
}

/** What was not shared is no message, whatever became of the call. */
const unsent = (called: Refusal): Refusal =>
  called.class === "ambiguous" ? { ...called, class: "transient" } : called;

const refusal = (kind: Refusal["class"], error: string): Refusal => ({ ok: false, class: kind, error });
