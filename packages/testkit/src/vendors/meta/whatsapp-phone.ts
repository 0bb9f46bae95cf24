import type { MetaStandIn } from "./server.ts";
import { type Delivery, metaJson, post, postUntilTaken } from "./webhooks.ts";
import type { PhoneNumber, Sent } from "./world.ts";

type Fields = Record<string, unknown>;
export type Identity = { name: string; phone?: string; userId?: string; username?: string };

/** Strictly growing seconds would run ahead of the clock, so messages of one second keep the order of their ids. */
const seconds = (ms: number): string => String(Math.floor(ms / 1000));

/** One person with WhatsApp on their telephone, who writes to a number and whose ticks turn blue. */
export class WhatsAppPhone {
  identity: Identity;
  readonly #meta: MetaStandIn;
  readonly #number: PhoneNumber;
  readonly #deliveries = new Map<string, Delivery>();
  #last: Delivery | undefined;

  constructor(meta: MetaStandIn, number: PhoneNumber, identity: Identity) {
    this.#meta = meta;
    this.#number = number;
    this.identity = identity;
  }

  /** By what the vendor knows them: how messages to them are addressed. */
  get address(): string {
    return this.identity.userId ?? this.identity.phone ?? "";
  }

  received(): Sent[] {
    return this.#meta.world.sent.filter(
      ({ to, account }) => account === this.#number.id && (to === this.identity.userId || to === this.identity.phone),
    );
  }

  text(body: string, more: Fields = {}, stop?: AbortSignal): Promise<string> {
    return this.message("text", { body }, more, stop);
  }

  file(
    type: "image" | "audio" | "video" | "document" | "sticker",
    bytes: Buffer,
    mime: string,
    more: Fields = {},
  ): Promise<string> {
    return this.message(type, { id: this.#meta.addFile(bytes, mime).id, mime_type: mime, ...more });
  }

  voiceNote(bytes: Buffer): Promise<string> {
    return this.file("audio", bytes, "audio/ogg; codecs=opus", { voice: true });
  }

  location(latitude: number, longitude: number): Promise<string> {
    return this.message("location", { latitude, longitude });
  }

  react(to: string, emoji: string): Promise<string> {
    return this.message("reaction", { message_id: to, emoji });
  }

  /** Taps what a message of ours offers, as a button or a row of its list. */
  async tap(sent: Sent, title: string): Promise<string> {
    const found = choicesOf(sent).find((choice) => choice.title === title);
    if (found === undefined) throw new Error(`nothing says ${title} in ${JSON.stringify(sent.payload).slice(0, 300)}`);
    const type = found.row ? "list_reply" : "button_reply";
    const context = { from: this.#number.display.replaceAll(/\D/g, ""), id: sent.id };
    return this.message("interactive", { type, [type]: { id: found.id, title } }, { context });
  }

  edit(original: string, body: string): Promise<string> {
    return this.message("edit", { original_message_id: original, message: { type: "text", text: { body } } });
  }

  revoke(original: string): Promise<string> {
    return this.message("revoke", { original_message_id: original });
  }

  /** Something that the API does not hand on. */
  poll(): Promise<string> {
    const error = { code: 131051, title: "Message type unknown" };
    return this.message("unsupported", { type: "poll_creation" }, { errors: [error] });
  }

  async message(type: string, body: Fields, more: Fields = {}, stop?: AbortSignal): Promise<string> {
    const id = this.#meta.world.newId("wamid.IN");
    const now = this.#meta.now();
    if (this.identity.phone !== undefined) this.#meta.world.heard(this.#number.id, this.identity.phone, now);
    if (this.identity.userId !== undefined) this.#meta.world.heard(this.#number.id, this.identity.userId, now);
    const message = { ...this.#sender(), id, timestamp: seconds(now), type, [type]: body, ...more };
    const webhook = this.webhook("messages", { contacts: [this.contact()], messages: [message] });
    this.#deliveries.set(id, await this.#deliver(webhook, stop));
    return id;
  }

  /** The owner of the shop answers from the WhatsApp Business app. */
  async ownerAnswers(body: string): Promise<void> {
    const echo = {
      from: this.#number.display.replaceAll(/\D/g, ""),
      ...(this.identity.phone !== undefined && { to: this.identity.phone }),
      ...(this.identity.userId !== undefined && { to_user_id: this.identity.userId }),
      id: this.#meta.world.newId("wamid.ECHO"),
      timestamp: seconds(this.#meta.now()),
      type: "text",
      text: { body },
    };
    await this.#deliver(this.webhook("smb_message_echoes", { message_echoes: [echo] }));
  }

  /** A tick, or two, or blue ones. */
  async status(
    sent: Sent,
    state: "sent" | "delivered" | "read" | "played" | "failed",
    error?: Fields,
    stop?: AbortSignal,
  ): Promise<void> {
    const status = {
      id: sent.id,
      status: state,
      timestamp: seconds(this.#meta.now()),
      ...(this.identity.phone !== undefined && { recipient_id: this.identity.phone }),
      ...(this.identity.userId !== undefined && { recipient_user_id: this.identity.userId }),
      ...(sent.tracer !== undefined && { biz_opaque_callback_data: sent.tracer }),
      ...(error && { errors: [error] }),
    };
    await this.#deliver(this.webhook("messages", { statuses: [status] }), stop);
  }

  /** A new SIM: the old identity says what the new one is. */
  async changeNumber(next: Identity): Promise<void> {
    const system = { type: "user_changed_number", body: "changed", wa_id: next.phone, user_id: next.userId };
    await this.message("system", system);
    this.identity = next;
  }

  async prefers(value: "stop" | "resume"): Promise<void> {
    const preference = {
      ...(this.identity.phone !== undefined && { wa_id: this.identity.phone }),
      ...(this.identity.userId !== undefined && { user_id: this.identity.userId }),
      category: "marketing_messages",
      value,
      timestamp: Number(seconds(this.#meta.now())),
    };
    await this.#deliver(
      this.webhook("user_preferences", { contacts: [this.contact()], user_preferences: [preference] }),
    );
  }

  /** The last webhook once more, as Meta does when it did not see our answer. */
  async again(): Promise<Delivery> {
    if (this.#last === undefined) throw new Error("nothing was delivered yet");
    const { send, webhookTimeoutMs } = this.#meta;
    return post(this.#last.url, this.#last.secret, this.#last.body, send, webhookTimeoutMs);
  }

  /** What brought that message once more, until it is taken. */
  async redeliver(id: string, stop?: AbortSignal): Promise<void> {
    const delivery = this.#deliveries.get(id);
    if (delivery === undefined) throw new Error(`${id} was not delivered yet`);
    const { url, secret, body } = delivery;
    const { send, webhookTimeoutMs: timeoutMs } = this.#meta;
    await postUntilTaken(url, secret, body, { stop, send, timeoutMs });
  }

  contact(): Fields {
    const { name, phone, userId, username } = this.identity;
    return {
      profile: { name, ...(username !== undefined && { username }) },
      ...(phone !== undefined && { wa_id: phone }),
      ...(userId !== undefined && { user_id: userId }),
    };
  }

  webhook(field: string, value: Fields): unknown {
    const metadata = {
      display_phone_number: this.#number.display.replaceAll(/\D/g, ""),
      phone_number_id: this.#number.id,
    };
    const change = { field, value: { messaging_product: "whatsapp", metadata, ...value } };
    return { object: "whatsapp_business_account", entry: [{ id: this.#number.wabaId, changes: [change] }] };
  }

  #sender(): Fields {
    const { phone, userId } = this.identity;
    return { ...(phone !== undefined && { from: phone }), ...(userId !== undefined && { from_user_id: userId }) };
  }

  async #deliver(webhook: unknown, stop?: AbortSignal): Promise<Delivery> {
    const { callback, appId } = this.#number;
    const app = this.#meta.world.apps.get(appId);
    const url =
      callback ?? app?.subscriptions.find(({ object }) => object === "whatsapp_business_account")?.callback_url;
    if (url === undefined || app === undefined) throw new Error(`nobody is told of messages to ${this.#number.id}`);
    const { send, webhookTimeoutMs: timeoutMs } = this.#meta;
    const delivery = await postUntilTaken(url, app.secret, metaJson(webhook), { stop, send, timeoutMs });
    this.#last = delivery;
    if (delivery.status !== 200) throw new Error(`the webhook was answered ${delivery.status}: ${delivery.answer}`);
    return delivery;
  }
}

type Choice = { id: string; title: string; row: boolean };

function choicesOf(sent: Sent): Choice[] {
  const interactive = sent.payload["interactive"] as
    | {
        action: {
          buttons?: { reply: { id: string; title: string } }[];
          sections?: { rows: { id: string; title: string }[] }[];
        };
      }
    | undefined;
  const { buttons = [], sections = [] } = interactive?.action ?? {};
  return [
    ...buttons.map(({ reply }) => ({ id: reply.id, title: reply.title, row: false })),
    ...sections.flatMap(({ rows }) => rows.map(({ id, title }) => ({ id, title, row: true }))),
  ];
}
