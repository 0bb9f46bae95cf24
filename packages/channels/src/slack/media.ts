import type { Media } from "@charla/domain/inbound";
import type { FetchedMedia, SendContext } from "../contract.ts";
import { withoutSecret } from "../json-call.ts";
import { download } from "../meta/download.ts";
import { fieldsOf, textOf } from "../meta/json.ts";
import type { SlackAccount } from "./account.ts";
import { callSlack } from "./api.ts";

const HOSTS = ["files.slack.com", ".slack.com", ".slack-edge.com", "slack-files.com"];
const FILE_ID = /^F[A-Z0-9]{2,31}$/;

/** Files are opened with the bot's token, which goes to the vendor's own host and to no other. */
export async function openSlackFile(media: Media, account: SlackAccount, context: SendContext): Promise<FetchedMedia> {
  const url = FILE_ID.test(media.ref) ? await addressOf(media.ref, account, context) : media.ref;
  if (typeof url !== "string") return url;
  const api = new URL(account.config.apiUrl);
  const hosts = api.hostname === "slack.com" ? HOSTS : [...HOSTS, api.host];
  const { botToken } = account.secrets;
  const opened = await download({ url, hosts, token: botToken }, context);
  if (!opened.ok) return { ...opened, message: withoutSecret(opened.message, botToken) };
  // Whoever may not read a file is shown the page for signing in, with a 200.
  if (opened.mime?.startsWith("text/html") === true && media.mime?.startsWith("text/html") !== true) {
    await opened.body.cancel();
    return { ok: false, class: "denied", message: "Slack showed its sign-in page: the app lacks files:read" };
  }
  return opened;
}

/** Files shared from another workspace come without their address. */
async function addressOf(file: string, account: SlackAccount, context: SendContext): Promise<string | FetchedMedia> {
  const called = await callSlack("files.info", { file }, account, context);
  if (called.ok) {
    const found = fieldsOf(called.body["file"]);
    const url = textOf(found["url_private_download"]) ?? textOf(found["url_private"]);
    return url ?? { ok: false, class: "gone", message: "Slack knows no address of the file" };
  }
  const passing = called.class === "throttle" || called.class === "transient" || called.class === "ambiguous";
  const gone = called.error === "file_not_found" || called.error === "file_deleted";
  return { ok: false, class: passing ? "transient" : gone ? "gone" : "denied", message: called.error };
}
