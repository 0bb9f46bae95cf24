import type { Media } from "@charla/domain/inbound";
import { messageOf } from "@charla/domain/errors";
import type { FetchedMedia, SendContext } from "../contract.ts";
import { withoutSecret } from "../json-call.ts";
import type { TelegramAccount } from "./account.ts";
import { baseOf, callBot, type Refusal } from "./api.ts";
import { recordOf, textOf } from "./fields.ts";

/** What the Bot API lets a bot download. */
const MAX_BYTES = 20 * 1024 * 1024;
/** A relative path of plain names; a server of one's own may answer with a path of its disk, which is no address. */
const FILE_PATH = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;
const TOO_LARGE = { ok: false, class: "too_large", message: "Telegram gives bots files of up to 20 MB" } as const;

/** The link holds the token, so the bytes pass through here and the link is shown to nobody. */
export async function openTelegramFile(
  media: Media,
  account: TelegramAccount,
  context: SendContext,
): Promise<FetchedMedia> {
  if ((media.size ?? 0) > MAX_BYTES) return TOO_LARGE;
  const called = await callBot("getFile", { file_id: media.ref }, account, context);
  if (!called.ok) return unopened(called);
  const file = recordOf(called.result);
  const path = textOf(file?.["file_path"]);
  const size = file?.["file_size"];
  if (typeof size === "number" && size > MAX_BYTES) return TOO_LARGE;
  if (path === undefined || !FILE_PATH.test(path)) {
    return { ok: false, class: "denied", message: "Telegram named no file that can be downloaded" };
  }
  return download(path, media, account, context);
}

async function download(
  path: string,
  media: Media,
  account: TelegramAccount,
  { fetch, signal }: SendContext,
): Promise<FetchedMedia> {
  const { botToken } = account.secrets;
  try {
    const response = await fetch(`${baseOf(account)}/file/bot${botToken}/${path}`, { redirect: "manual", signal });
    const { status, body } = response;
    if (status === 200 && body !== null) {
      const length = Number(response.headers.get("content-length") ?? Number.NaN);
      // The vendor keeps neither name nor type; what the message said of them is all there is.
      return {
        ok: true,
        body,
        ...(media.mime && { mime: media.mime }),
        ...(Number.isSafeInteger(length) && { size: length }),
      };
    }
    await body?.cancel();
    const message = `the download was answered ${status}`;
    if (status === 404 || status === 410) return { ok: false, class: "gone", message };
    return { ok: false, class: status === 429 || status >= 500 ? "transient" : "denied", message };
  } catch (error) {
    return { ok: false, class: "transient", message: withoutSecret(messageOf(error), botToken).slice(0, 300) };
  }
}

function unopened({ status, description, class: kind }: Refusal): FetchedMedia {
  if (status === 400 && /too big/i.test(description)) return TOO_LARGE;
  if (status === 400) return { ok: false, class: "gone", message: description };
  const passing = kind === "throttle" || kind === "transient" || kind === "ambiguous";
  return { ok: false, class: passing ? "transient" : "denied", message: description };
}
