import type { Attention, Outgoing, SendContext, SendResult } from "../contract.ts";
import { recordOf, optionalId } from "./fields.ts";
import type { TelegramAccount } from "./account.ts";
import { callBot, type Called, type Refusal, type Upload } from "./api.ts";
import { formsOf } from "./forms.ts";
import { keyboardOf } from "./keyboard.ts";
import { isGroup, messageIdOf, numberIn, type Place, placeOf, placeParams } from "./thread.ts";

/** On behalf of a business account the bot may write only to who wrote within the last day. */
const BUSINESS_WINDOW_MS = 24 * 3_600_000;

export async function sendTelegram(
  message: Outgoing,
  account: TelegramAccount,
  context: SendContext,
): Promise<SendResult> {
  const place = placeOf(message);
  if (place === null) return { ok: false, class: "invalid", message: "the thread is no chat of Telegram" };
  if (place.connection !== undefined && context.now - message.lastInboundAt > BUSINESS_WINDOW_MS) {
    return { ok: false, class: "window", message: "the person last wrote more than a day ago" };
  }
  const forms = formsOf(message.bubble, account.config);
  const { buttons } = message.bubble;
  const extras = buttons === undefined ? {} : { reply_markup: await keyboardOf(buttons) };
  const called = await tryForms(place, false);
  if (called.ok) return sent(called.result);
  const { movedTo } = called;
  if (movedTo === undefined) return refused(called);
  const again = await tryForms({ ...place, chat: movedTo }, true);
  return again.ok ? { ...sent(again.result), movedTo } : refused(again);

  async function tryForms(where: Place, moved: boolean): Promise<Called> {
    const replies = moved ? {} : replyTo(where, message);
    let last: Called = { ok: false, status: 400, description: "nothing to send", class: "invalid" };
    for (const { method, params, upload, mendedByNext } of forms) {
      const file = upload === undefined ? undefined : await read(upload, context);
      // Gone from the store: its link says so to whoever opens it.
      if (file === null) continue;
      const all = { ...placeParams(where), ...params, ...extras, ...replies };
      last = await callBot(method, all, account, context, file);
      if (last.ok || last.movedTo !== undefined || mendedByNext?.(last) !== true) return last;
    }
    return last;
  }
}

async function read(upload: Pick<Upload, "field" | "file">, { readFile }: SendContext): Promise<Upload | null> {
  const bytes = await readFile?.(upload.file);
  return bytes ? { ...upload, bytes } : null;
}

/** In a group it must be seen whom the answer is for; the answer goes out even if that message is gone. */
function replyTo({ chat }: Place, { inReplyTo }: Outgoing): Record<string, unknown> {
  if (!isGroup(chat)) return {};
  const id = numberIn(
    chat,
    inReplyTo.findLast((one) => numberIn(chat, one) !== undefined),
  );
  return id === undefined ? {} : { reply_parameters: { message_id: id, allow_sending_without_reply: true } };
}

function sent(result: unknown): Extract<SendResult, { ok: true }> {
  const message = recordOf(result);
  const id = optionalId(message?.["message_id"]);
  const chat = optionalId(recordOf(message?.["chat"])?.["id"]);
  const known = id !== undefined && chat !== undefined;
  return { ok: true, state: "sent", ...(known && { providerId: messageIdOf(chat, id) }) };
}

const refused = ({ class: kind, description, retryAfterMs }: Refusal): SendResult => ({
  ok: false,
  class: kind,
  message: description,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

/** Typing lasts five seconds; reading can be shown only in chats of a business account. Neither may ever do harm. */
export async function attendTelegram(
  { moment, thread, contact, events }: Attention,
  account: TelegramAccount,
  context: SendContext,
): Promise<void> {
  const place = placeOf({ thread, contact });
  if (place === null) return;
  if (moment === "typing") {
    await callBot("sendChatAction", { ...placeParams(place), action: "typing" }, account, context);
    return;
  }
  const { chat, connection } = place;
  if (connection === undefined) return;
  const ids = events.map(({ externalId }) => numberIn(chat, externalId)).filter((id) => id !== undefined);
  const last = ids.at(-1);
  if (last === undefined) return;
  const params = { business_connection_id: connection, chat_id: Number(chat), message_id: last };
  await callBot("readBusinessMessage", params, account, context);
}
