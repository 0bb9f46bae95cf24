import * as z from "zod";

import type { Page } from "./world.ts";

const QuickReply = z.strictObject({
  content_type: z.literal("text"),
  title: z.string().min(1).max(20),
  payload: z.string().min(1).max(1000),
});
const Attachment = z.strictObject({
  type: z.enum(["image", "video", "audio", "file"]),
  payload: z.strictObject({ url: z.url({ protocol: /^https?$/ }), is_reusable: z.boolean().optional() }),
});
const Message = z
  .strictObject({
    text: z.string().min(1).optional(),
    attachment: Attachment.optional(),
    quick_replies: z.array(QuickReply).min(1).max(13).optional(),
    metadata: z.string().max(1000).optional(),
  })
  .refine(({ text, attachment }) => (text === undefined) !== (attachment === undefined), "either text or attachment");
const recipient = z.strictObject({ id: z.string().min(1) });

const Send = z
  .strictObject({
    recipient,
    messaging_type: z.enum(["RESPONSE", "UPDATE", "MESSAGE_TAG"]),
    tag: z.literal("HUMAN_AGENT").optional(),
    message: Message,
  })
  .refine(({ messaging_type: type, tag }) => (type === "MESSAGE_TAG") === (tag !== undefined), "a tag and only then");
const Act = z.strictObject({ recipient, sender_action: z.enum(["typing_on", "typing_off", "mark_seen"]) });

export type MessagingSend = z.infer<typeof Send>;
export type MessagingAct = z.infer<typeof Act>;

/** https://developers.facebook.com/docs/messenger-platform/reference/send-api: what was sent, or what is wrong with it. */
export function readSend(payload: unknown, kind: Page["kind"]): MessagingSend | MessagingAct | string {
  const isAct = typeof payload === "object" && payload !== null && "sender_action" in payload;
  const read = (isAct ? Act : Send).safeParse(payload);
  if (!read.success) return z.prettifyError(read.error).replaceAll("\n", " ");
  if (!("message" in read.data)) return read.data;
  const { text = "" } = read.data.message;
  if (kind === "instagram" && Buffer.byteLength(text) > 1000) return "text is longer than 1000 bytes";
  if (kind === "page" && text.length > 2000) return "text is longer than 2000 characters";
  return read.data;
}
