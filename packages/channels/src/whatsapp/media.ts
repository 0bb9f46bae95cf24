import type { Media } from "@charla/domain/inbound";
import type { FetchedMedia, SendContext } from "../contract.ts";
import { download } from "../meta/download.ts";
import { callGraph, type GraphAnswer } from "../meta/graph.ts";
import { textOf } from "../meta/json.ts";
import { graphOf, type WhatsAppAccount } from "./account.ts";
import { digestOf } from "./media-fields.ts";

const HOSTS = [".fbsbx.com", ".fbcdn.net"];

/** Two steps: the id names an address that lives five minutes, and the address wants the same token. */
export async function openWhatsAppMedia(
  { ref }: Media,
  account: WhatsAppAccount,
  context: SendContext,
): Promise<FetchedMedia> {
  const access = graphOf(account);
  const query = { phone_number_id: account.config.phoneNumberId };
  const answer = await callGraph(access, encodeURIComponent(ref), { query }, context);
  if (answer.outcome !== "ok") return refusalOf(answer);
  const { url: address, mime_type: type, file_size: length, sha256: digest } = answer.body;
  const url = textOf(address);
  if (url === undefined) return { ok: false, class: "gone", message: "the vendor names no address for the file" };
  const hosts = [...HOSTS, new URL(access.apiUrl).host];
  const opened = await download({ url, hosts, token: access.token }, context);
  if (!opened.ok) return opened;
  const mime = textOf(type) ?? opened.mime;
  const size = typeof length === "number" ? length : opened.size;
  const sha256 = digestOf(digest);
  return {
    ok: true,
    body: opened.body,
    ...(mime !== undefined && { mime }),
    ...(size !== undefined && { size }),
    ...(sha256 !== undefined && { sha256 }),
  };
}

function refusalOf(answer: Exclude<GraphAnswer, { outcome: "ok" }>): FetchedMedia {
  if (answer.outcome === "lost")
    return { ok: false, class: answer.denied ? "denied" : "transient", message: answer.message };
  const { status, error } = answer;
  const message = error === null ? `the vendor answered ${status}` : `${error.code}: ${error.message}`;
  if (error?.code === 190 || error?.code === 10 || status === 401 || status === 403)
    return { ok: false, class: "denied", message };
  // Ids live seven days; Meta answers 400 with 100 for one that it does not know (any more).
  return { ok: false, class: status === 429 || status >= 500 ? "transient" : "gone", message };
}
