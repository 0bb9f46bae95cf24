import type { Message } from "grammy/types";

import { ApiError, badRequest } from "./api-error.ts";
import type { BotAccount, Room } from "./bot.ts";
import { defaultUpdates } from "./bot.ts";
import { parseHtml } from "./html.ts";
import { FILE_FIELDS, type Method, type SendParams } from "./params.ts";
import { Upload } from "./upload.ts";

const MB = 1024 * 1024;
const MAX_DOWNLOAD = 20 * MB;
const MAX_UPLOAD = 50 * MB;
const HOOK_PORTS = new Set(["", "443", "80", "88", "8443"]);

export type Effects = {
  /** Throws 429 when the bot writes faster than it may. */
  spend: (chat: number) => void;
  /** An older server has no rich messages. */
  rich: boolean;
};

/** What each method does; what it returns is `result`, what it throws is the refusal. */
export async function perform(
  bot: BotAccount,
  method: Method,
  params: Record<string, unknown>,
  effects: Effects,
): Promise<unknown> {
  switch (method) {
    case "getMe":
      return bot.me;
    case "getWebhookInfo":
      return webhookInfo(bot);
    case "setWebhook":
      return setWebhook(bot, params);
    case "deleteWebhook":
      bot.webhook = null;
      if (params["drop_pending_updates"] === true) bot.pending.length = 0;
      return true;
    case "getFile":
      return fileOf(bot, String(params["file_id"]));
    case "answerCallbackQuery":
      return answerQuery(bot, String(params["callback_query_id"]));
    case "sendChatAction":
      roomOf(bot, params).actions.push(String(params["action"]));
      return true;
    case "readBusinessMessage":
      bot.read.set(roomOf(bot, params).chat.id, Number(params["message_id"]));
      return true;
    default:
      return await send(bot, method, params as SendParams, effects);
  }
}

function webhookInfo({ webhook, pending, lastError }: BotAccount): unknown {
  return {
    url: webhook?.url ?? "",
    has_custom_certificate: false,
    pending_update_count: pending.length,
    ...(webhook && { max_connections: webhook.connections, allowed_updates: webhook.allowed }),
    ...(lastError && { last_error_date: Math.floor(lastError.at / 1000), last_error_message: lastError.message }),
  };
}

function setWebhook(bot: BotAccount, params: Record<string, unknown>): true {
  const url = URL.parse(String(params["url"]));
  const secret = params["secret_token"];
  const loopback = url?.hostname === "127.0.0.1" || url?.hostname === "localhost";
  if (url === null) throw badRequest("bad webhook: Failed to resolve host: Name or service not known");
  if (url.protocol !== "https:" && !loopback)
    throw badRequest("bad webhook: An HTTPS URL must be provided for webhook");
  if (!HOOK_PORTS.has(url.port) && !loopback) {
    throw badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443");
  }
  if (secret !== undefined && !/^[A-Za-z0-9_-]{1,256}$/.test(String(secret))) {
    throw badRequest("secret token contains unallowed characters");
  }
  const allowed = Array.isArray(params["allowed_updates"]) ? params["allowed_updates"].map(String) : defaultUpdates();
  const connections = Number(params["max_connections"] ?? 40);
  bot.webhook = { url: url.href, secret: secret === undefined ? undefined : String(secret), allowed, connections };
  return true;
}

function fileOf(bot: BotAccount, id: string): unknown {
  const file = bot.files.get(id);
  if (file === undefined) throw badRequest("wrong file_id or the file is temporarily unavailable");
  if (file.bytes.length > MAX_DOWNLOAD) throw badRequest("file is too big");
  return { file_id: id, file_unique_id: `u${id}`, file_size: file.bytes.length, file_path: file.path };
}

function answerQuery(bot: BotAccount, id: string): true {
  if (!bot.openQueries.delete(id)) {
    throw badRequest("query is too old and response timeout expired or query ID is invalid");
  }
  bot.answeredQueries.add(id);
  return true;
}

function roomOf(bot: BotAccount, params: Record<string, unknown>): Room {
  const room = bot.rooms.get(Number(params["chat_id"]));
  if (room === undefined) throw badRequest("chat not found");
  const connection = params["business_connection_id"];
  if (connection !== undefined && !room.connections.has(String(connection)))
    throw badRequest("BUSINESS_CONNECTION_INVALID");
  if (room.movedTo !== null) {
    throw badRequest("group chat was upgraded to a supergroup chat", { migrate_to_chat_id: room.movedTo });
  }
  if (room.barred !== null) throw new ApiError(403, `Forbidden: ${room.barred}`);
  return room;
}

async function send(bot: BotAccount, method: Method, params: SendParams, { spend, rich }: Effects): Promise<Message> {
  if (method === "sendRichMessage" && !rich) throw new ApiError(404, "Not Found");
  const room = roomOf(bot, params);
  checkKeyboard(params);
  const content =
    method === "sendRichMessage"
      ? richOf(params)
      : method === "sendMessage"
        ? textOf(params)
        : await mediaOf(bot, method, params);
  spend(room.chat.id);
  const message = {
    message_id: ++room.lastId,
    date: Math.floor(Date.now() / 1000),
    chat: room.chat,
    from: bot.me,
    ...(params.message_thread_id !== undefined && {
      message_thread_id: params.message_thread_id,
      is_topic_message: true,
    }),
    ...(params.business_connection_id !== undefined && {
      business_connection_id: params.business_connection_id,
      sender_business_bot: bot.me,
    }),
    ...replied(room, params),
    ...content,
    ...(params.reply_markup && { reply_markup: params.reply_markup }),
  } as Message;
  room.messages.push(message);
  return message;
}

function checkKeyboard({ reply_markup: markup }: SendParams): void {
  const keys = markup?.inline_keyboard.flat() ?? [];
  if (keys.length > 100) throw badRequest("reply markup is too long");
  for (const { text, callback_data: data, url } of keys) {
    if (text === "")
      throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
    if ((data === undefined) === (url === undefined)) {
      throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
    }
    if (data !== undefined && (data === "" || Buffer.byteLength(data) > 64)) throw badRequest("BUTTON_DATA_INVALID");
  }
}

function textOf({ text, parse_mode: mode }: SendParams): Partial<Message> {
  const said = mode === "HTML" ? parseHtml(String(text)) : { text: String(text).trim(), entities: [] };
  if (said.text === "") throw badRequest("message text is empty");
  if (said.text.length > 4096) throw badRequest("message is too long");
  return { text: said.text, ...(said.entities.length > 0 && { entities: said.entities }) };
}

function richOf(params: SendParams): Partial<Message> {
  const { markdown, html } = params["rich_message"] as { markdown?: string; html?: string };
  if ((markdown === undefined) === (html === undefined))
    throw badRequest("rich message must have exactly one of html and markdown");
  const text = markdown ?? html ?? "";
  if (text === "" || text.length > 32_768) throw badRequest("rich message is too long");
  return { rich_message: { blocks: [{ type: "paragraph", text }] } };
}

const BY_ADDRESS = /^(application\/pdf|application\/zip|image\/gif)$/;

/** The vendor fetches an address itself and says little about what went wrong. */
async function mediaOf(bot: BotAccount, method: Method, params: SendParams): Promise<Partial<Message>> {
  const field = FILE_FIELDS[method];
  if (field === undefined) throw new ApiError(404, "Not Found");
  const said =
    params["parse_mode"] === "HTML"
      ? parseHtml(String(params["caption"] ?? ""))
      : { text: String(params["caption"] ?? ""), entities: [] };
  if (said.text.length > 1024) throw badRequest("message caption is too long");
  const caption = { ...(said.text !== "" && { caption: said.text, caption_entities: said.entities }) };
  const given = params[field];
  if (given instanceof Upload) return { ...caption, [field]: documentOf(bot, given) };
  const address = String(given);
  const response = await fetch(address, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
  const mime = response?.headers.get("content-type") ?? "";
  const bytes = Buffer.from((await response?.arrayBuffer().catch(() => null)) ?? new ArrayBuffer(0));
  if (response === null || !response.ok || bytes.length > (field === "photo" ? 5 : 20) * MB)
    throw badRequest("failed to get HTTP URL content");
  if ((field === "photo" && !mime.startsWith("image/")) || (field === "document" && !BY_ADDRESS.test(mime))) {
    throw badRequest("wrong type of the web page content");
  }
  const { id } = bot.keep(bytes, field, mime.split("/")[1] ?? "bin");
  const file = { file_id: id, file_unique_id: `u${id}`, file_size: bytes.length, mime_type: mime };
  return {
    ...caption,
    [field]: field === "photo" ? [{ ...file, width: 1, height: 1 }] : file,
  };
}

/** The bytes themselves may be of any type, and more than what the vendor would fetch. */
function documentOf(bot: BotAccount, { name, mime, bytes }: Upload): unknown {
  if (bytes.length > MAX_UPLOAD) throw new ApiError(413, "Request Entity Too Large");
  if (bytes.length === 0) throw badRequest("file must be non-empty");
  const { id } = bot.keep(bytes, "document", name.split(".").at(-1) ?? "bin");
  return { file_id: id, file_unique_id: `u${id}`, file_size: bytes.length, mime_type: mime, file_name: name };
}

function replied(room: Room, { reply_parameters: reply }: SendParams): Partial<Message> {
  if (reply === undefined) return {};
  const message = room.messages.find(({ message_id: id }) => id === reply.message_id);
  if (message === undefined && reply.allow_sending_without_reply !== true)
    throw badRequest("message to be replied not found");
  return message === undefined ? {} : ({ reply_to_message: message } as Partial<Message>);
}
