import type { Bubble, OutMedia, Outgoing, SendContext, SendResult } from "../../contract.ts";
import { toPlain } from "../../markdown/dialects.ts";
import { fits, withLinks } from "../../file-links.ts";
import { callGraph } from "../graph.ts";
import { textOf } from "../json.ts";
import { sendResultOf } from "../outcome.ts";
import { tracerOf } from "../tracer.ts";
import { graphOf, type MessagingAccount } from "./account.ts";
import type { AttachmentLimits } from "./file-limits.ts";
import { classify } from "./errors.ts";
import { WINDOW_MS } from "./limits.ts";

const DAY_MS = 24 * 3_600_000;
/** A person of the business may answer for a week: https://developers.facebook.com/docs/messenger-platform/policy/policy-overview */
const HUMAN_WINDOW_MS = 7 * DAY_MS;

const ATTACHMENT: Record<OutMedia["type"], "image" | "video" | "audio" | "file"> = {
  image: "image",
  sticker: "image",
  video: "video",
  audio: "audio",
  voice: "audio",
  document: "file",
};

export type SendOptions = { tracer: boolean; files: AttachmentLimits };

export async function sendMessaging(
  message: Outgoing,
  account: MessagingAccount,
  context: SendContext,
  options: SendOptions,
): Promise<SendResult> {
  const permit = permitOf(message, context.now);
  if (permit === null) return { ok: false, class: "window", message: "the person wrote too long ago to be answered" };
  const json = {
    recipient: { id: message.contact.address },
    ...permit,
    message: {
      ...contentOf(message.bubble, options.files),
      ...(options.tracer && { metadata: tracerOf(message.id, message.thread) }),
    },
  };
  const answer = await callGraph(graphOf(account), "me/messages", { json }, context);
  return sendResultOf(answer, (body) => textOf(body["message_id"]), classify);
}

/** Null where nothing may be sent any more. */
function permitOf({ author, lastInboundAt }: Outgoing, now: number): Record<string, string> | null {
  const since = now - lastInboundAt;
  if (since <= WINDOW_MS) return { messaging_type: "RESPONSE" };
  if (author === "human" && since <= HUMAN_WINDOW_MS) return { messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" };
  return null;
}

function contentOf({ text, media = [], buttons = [] }: Bubble, limits: AttachmentLimits): Record<string, unknown> {
  const file = media.find((one) => fits(one, limits[ATTACHMENT[one.type]]));
  const left = media.filter((one) => one !== file);
  const replies = buttons.map(({ id, title }) => ({ content_type: "text", title, payload: id }));
  const content =
    file === undefined
      ? { text: toPlain(withLinks(text, left)) }
      : { attachment: { type: ATTACHMENT[file.type], payload: { url: file.url } } };
  return { ...content, ...(replies.length > 0 && { quick_replies: replies }) };
}
