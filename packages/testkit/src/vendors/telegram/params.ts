import * as z from "zod";

import { Upload } from "./upload.ts";

/** Strict: a field that the Bot API does not have is a mistake of ours that it would pass over in silence. */
const Place = {
  chat_id: z.union([z.int(), z.string()]),
  message_thread_id: z.int().optional(),
  business_connection_id: z.string().optional(),
};
const Key = z.strictObject({
  text: z.string(),
  callback_data: z.string().optional(),
  url: z.string().optional(),
});
const Send = {
  ...Place,
  reply_markup: z.strictObject({ inline_keyboard: z.array(z.array(Key)) }).optional(),
  reply_parameters: z
    .strictObject({ message_id: z.int(), allow_sending_without_reply: z.boolean().optional() })
    .optional(),
  disable_notification: z.boolean().optional(),
  link_preview_options: z.strictObject({ is_disabled: z.boolean().optional() }).optional(),
};
const parse_mode = z.enum(["HTML"]).optional();
const Caption = { caption: z.string().optional(), parse_mode };
const file = (field: string) => z.strictObject({ ...Send, ...Caption, [field]: z.string() });

export const PARAMS = {
  getMe: z.strictObject({}),
  getWebhookInfo: z.strictObject({}),
  setWebhook: z.strictObject({
    url: z.string(),
    secret_token: z.string().optional(),
    allowed_updates: z.array(z.string()).optional(),
    max_connections: z.int().min(1).max(100).optional(),
    drop_pending_updates: z.boolean().optional(),
  }),
  deleteWebhook: z.strictObject({ drop_pending_updates: z.boolean().optional() }),
  sendMessage: z.strictObject({ ...Send, text: z.string(), parse_mode }),
  sendRichMessage: z.strictObject({
    ...Send,
    rich_message: z.strictObject({ markdown: z.string().optional(), html: z.string().optional() }),
  }),
  sendPhoto: file("photo"),
  sendAudio: file("audio"),
  sendVoice: file("voice"),
  sendVideo: file("video"),
  sendDocument: z.strictObject({ ...Send, ...Caption, document: z.union([z.string(), z.instanceof(Upload)]) }),
  sendSticker: z.strictObject({ ...Send, sticker: z.string() }),
  sendChatAction: z.strictObject({ ...Place, action: z.enum(["typing", "upload_document"]) }),
  answerCallbackQuery: z.strictObject({ callback_query_id: z.string(), text: z.string().max(200).optional() }),
  readBusinessMessage: z.strictObject({ business_connection_id: z.string(), chat_id: z.int(), message_id: z.int() }),
  getFile: z.strictObject({ file_id: z.string() }),
} satisfies Record<string, z.ZodType>;

export type Method = keyof typeof PARAMS;
export const isMethod = (name: string): name is Method => Object.hasOwn(PARAMS, name);

export type SendParams = z.infer<z.ZodObject<typeof Send>> & Record<string, unknown>;
export const FILE_FIELDS: Partial<Record<Method, "photo" | "audio" | "voice" | "video" | "document" | "sticker">> = {
  sendPhoto: "photo",
  sendAudio: "audio",
  sendVoice: "voice",
  sendVideo: "video",
  sendDocument: "document",
  sendSticker: "sticker",
};
