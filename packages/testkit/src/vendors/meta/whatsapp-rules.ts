import * as z from "zod";

/** https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages: what is not here is refused with 100. */
const Body = (max: number): z.ZodString => z.string().min(1).max(max);
const isReachable = (url: string): boolean => /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)(:|\/))/.test(url);
const source = {
  id: z.string().min(1).optional(),
  link: z.url().refine(isReachable, "https, or a server on this machine").optional(),
};
const caption = Body(1024).optional();
const Reply = z.strictObject({
  type: z.literal("reply"),
  reply: z.strictObject({ id: Body(256), title: Body(20) }),
});
const Row = z.strictObject({ id: Body(200), title: Body(24), description: Body(72).optional() });
const Section = z.strictObject({ title: Body(24).optional(), rows: z.array(Row).min(1).max(10) });
const interactive = {
  body: z.strictObject({ text: Body(1024) }),
  footer: z.strictObject({ text: Body(60) }).optional(),
};
const Parameter = z.strictObject({
  type: z.literal("text"),
  parameter_name: z.string().optional(),
  text: Body(1024).refine((text) => !/[\n\t]| {5}/.test(text), "no line breaks, tabs or five spaces in a row"),
});

const Content = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("text"),
    text: z.strictObject({ body: Body(4096), preview_url: z.boolean().optional() }),
  }),
  z.looseObject({ type: z.literal("image"), image: z.strictObject({ ...source, caption }) }),
  z.looseObject({ type: z.literal("video"), video: z.strictObject({ ...source, caption }) }),
  z.looseObject({
    type: z.literal("document"),
    document: z.strictObject({ ...source, caption, filename: Body(240).optional() }),
  }),
  z.looseObject({ type: z.literal("audio"), audio: z.strictObject({ ...source, voice: z.boolean().optional() }) }),
  z.looseObject({ type: z.literal("sticker"), sticker: z.strictObject(source) }),
  z.looseObject({
    type: z.literal("interactive"),
    interactive: z.discriminatedUnion("type", [
      z.strictObject({
        type: z.literal("button"),
        ...interactive,
        action: z.strictObject({ buttons: z.array(Reply).min(1).max(3) }),
      }),
      z.strictObject({
        type: z.literal("list"),
        ...interactive,
        action: z.strictObject({ button: Body(20), sections: z.array(Section).min(1).max(10) }),
      }),
    ]),
  }),
  z.looseObject({
    type: z.literal("template"),
    template: z.strictObject({
      name: Body(512),
      language: z.strictObject({ code: Body(10) }),
      components: z
        .array(z.strictObject({ type: z.literal("body"), parameters: z.array(Parameter).min(1) }))
        .optional(),
    }),
  }),
]);

const Envelope = z
  .looseObject({
    messaging_product: z.literal("whatsapp"),
    recipient_type: z.enum(["individual", "group"]).optional(),
    to: Body(128).optional(),
    recipient: z
      .string()
      .regex(/^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/)
      .optional(),
    context: z.strictObject({ message_id: Body(256) }).optional(),
    biz_opaque_callback_data: Body(512).optional(),
    type: z.string(),
  })
  .refine(({ to, recipient }) => to !== undefined || recipient !== undefined, "to or recipient is required");

export const ReadMark = z.strictObject({
  messaging_product: z.literal("whatsapp"),
  status: z.literal("read"),
  message_id: Body(256),
  typing_indicator: z.strictObject({ type: z.literal("text") }).optional(),
});

export type WhatsAppMessage = z.infer<typeof Envelope> & z.infer<typeof Content>;

/** The message, or what is wrong with it in one line. */
export function readMessage(payload: unknown): WhatsAppMessage | string {
  const message = z.intersection(Envelope, Content).safeParse(payload);
  if (!message.success) return z.prettifyError(message.error).replaceAll("\n", " ");
  const type = message.data.type;
  const known = new Set([...Object.keys(Envelope.shape), type]);
  const unknown = Object.keys(message.data).filter((key) => !known.has(key));
  if (unknown.length > 0) return `unexpected ${unknown.join(", ")}`;
  return oddity(message.data) ?? message.data;
}

/** What the shapes alone do not say. */
function oddity(message: WhatsAppMessage): string | null {
  if (message.type === "interactive" && message.interactive.type === "list") {
    const rows = message.interactive.action.sections.flatMap(({ rows: list }) => list);
    if (rows.length > 10) return "at most ten rows in all";
    if (new Set(rows.map(({ id }) => id)).size !== rows.length) return "ids of rows must differ";
  }
  if (message.type === "interactive" && message.interactive.type === "button") {
    const { buttons } = message.interactive.action;
    if (new Set(buttons.map(({ reply }) => reply.id)).size !== buttons.length) return "ids of buttons must differ";
    if (new Set(buttons.map(({ reply }) => reply.title)).size !== buttons.length)
      return "titles of buttons must differ";
  }
  const file = fileOf(message);
  if (file !== null && (file.id === undefined) === (file.link === undefined)) return "either id or link";
  return null;
}

export function fileOf(message: WhatsAppMessage): { id?: string; link?: string; caption?: string } | null {
  switch (message.type) {
    case "image":
      return message.image;
    case "video":
      return message.video;
    case "document":
      return message.document;
    case "audio":
      return message.audio;
    case "sticker":
      return message.sticker;
    default:
      return null;
  }
}

export function textOf(message: WhatsAppMessage): string {
  switch (message.type) {
    case "text":
      return message.text.body;
    case "interactive":
      return message.interactive.body.text;
    case "template":
      return (message.template.components ?? [])
        .flatMap(({ parameters }) => parameters.map(({ text }) => text))
        .join(" ");
    default:
      return fileOf(message)?.caption ?? "";
  }
}
