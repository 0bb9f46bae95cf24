import type { Attention, Bubble, OutMedia, Outgoing, SendContext, SendResult } from "../contract.ts";
import { withLinks } from "../file-links.ts";
import { type Fields, fieldsOf, recordsOf, textOf } from "../meta/json.ts";
import type { SlackAccount } from "./account.ts";
import { callSlack, type Called } from "./api.ts";
import { contentOf } from "./blocks.ts";
import { messageIdOf, type Place, placeOf } from "./thread.ts";
import { shareFiles } from "./upload.ts";

/** Our own id travels in the message, invisible to people, so that a send whose answer was lost can be looked up. */
const EVENT_TYPE = "charla_message";
/** Clocks differ; a message may seem to have been posted before it was made. */
const SKEW_MS = 60_000;
const PAGE = 100;
const NO_PLACE = { ok: false, class: "invalid", message: "the thread is no conversation of Slack's" } as const;

export async function sendSlack(message: Outgoing, account: SlackAccount, context: SendContext): Promise<SendResult> {
  const place = placeOf(message.thread);
  if (place === null) return NO_PLACE;
  const { channel } = place;
  const { text, media } = message.bubble;
  let called = await (media === undefined
    ? post(message.bubble, message, place, account, context)
    : shareFiles({ text, media }, place, account, context));
  // Apps that were installed before there were files may not write any.
  if (media !== undefined && !called.ok && called.error === "missing_scope")
    called = await post({ text: withLinks(text, media) }, message, place, account, context);
  if (called.ok) {
    const ts = textOf(called.body["ts"]);
    return { ok: true, state: "sent", ...(ts !== undefined && { providerId: messageIdOf(channel, ts) }) };
  }
  const { class: kind, error, retryAfterMs } = called;
  return { ok: false, class: kind, message: error, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function post(
  bubble: Bubble,
  { id }: Outgoing,
  { channel, threadTs }: Place,
  account: SlackAccount,
  context: SendContext,
): Promise<Called> {
  const params = {
    channel,
    ...(threadTs !== undefined && { thread_ts: threadTs }),
    ...contentOf(bubble),
    metadata: { event_type: EVENT_TYPE, event_payload: { id } },
  };
  return callSlack("chat.postMessage", params, account, context);
}

/** Whether the conversation holds the message already; apps that may not read it cannot tell. */
export async function lookUpSlack(
  message: Outgoing,
  account: SlackAccount,
  context: SendContext,
): Promise<"sent" | "absent" | "unknown"> {
  const place = placeOf(message.thread);
  if (place === null) return "unknown";
  const called = await callSlack(...historyOf(place, message), account, context);
  if (!called.ok) return "unknown";
  const { media } = message.bubble;
  const found = recordsOf(called.body["messages"]).some(
    (one) => idIn(one) === message.id || (media !== undefined && holds(one, media)),
  );
  if (found) return "sent";
  return called.body["has_more"] === true ? "unknown" : "absent";
}

function idIn(one: Fields): unknown {
  const metadata = fieldsOf(one["metadata"]);
  return metadata["event_type"] === EVENT_TYPE ? fieldsOf(metadata["event_payload"])["id"] : undefined;
}

/** Messages of files carry nothing of ours, but no other bot writes where we do: the same files since then are these. */
function holds(one: Fields, media: readonly OutMedia[]): boolean {
  const there = recordsOf(one["files"]).map(({ name, size }) => `${String(name)} ${String(size)}`);
  return there.length > 0 && media.every(({ name, type, size }) => there.includes(`${name ?? type} ${size}`));
}

function historyOf({ channel, threadTs }: Place, { createdAt }: Outgoing): [string, Record<string, unknown>] {
  const since = { channel, oldest: ((createdAt - SKEW_MS) / 1000).toFixed(6), limit: PAGE, include_all_metadata: true };
  return threadTs === undefined
    ? ["conversations.history", since]
    : ["conversations.replies", { ...since, ts: threadTs }];
}

/** Only the threads of Slack's assistant pane show that somebody is writing; elsewhere nothing happens. */
export async function attendSlack(
  { moment, thread }: Attention,
  account: SlackAccount,
  context: SendContext,
): Promise<void> {
  const place = placeOf(thread);
  if (moment !== "typing" || place?.threadTs === undefined || !place.channel.startsWith("D")) return;
  const params = { channel_id: place.channel, thread_ts: place.threadTs, status: "…" };
  await callSlack("assistant.threads.setStatus", params, account, context);
}
