import { newSid, type TwilioAccountBook } from "./account.ts";
import type { TwilioServer } from "./server.ts";
import type { Params } from "./sign.ts";
import { type Answered, deliverWebhook, postWebhook, type Posting } from "./webhooks.ts";

export type Sent = { sid: string; params: Params; answered: Answered };
type Person = { address: string; name?: string; to: string };

/** A person's telephone: writes to one of the account's numbers, by SMS or WhatsApp, and Twilio posts it to us. */
export class TwilioPhone {
  readonly person: Person;
  readonly #server: TwilioServer;
  readonly #account: TwilioAccountBook;
  readonly #webhook: string;

  constructor(server: TwilioServer, account: TwilioAccountBook, webhook: string, person: Person) {
    this.#server = server;
    this.#account = account;
    this.#webhook = webhook;
    this.person = person;
  }

  write(text: string, more: Params = {}): Promise<Sent> {
    return this.#send({ Body: text, ...more }, "text");
  }

  tap(button: { id: string; title: string }, replied: string): Promise<Sent> {
    const { id, title } = button;
    return this.#send({ Body: title, ButtonText: title, ButtonPayload: id, ...this.#quote(replied) }, "button");
  }

  choose(item: { id: string; title: string }, replied: string): Promise<Sent> {
    const { id, title } = item;
    return this.#send({ Body: title, ListTitle: title, ListId: id, ...this.#quote(replied) }, "interactive");
  }

  file(
    type: "image" | "audio" | "video" | "document" | "sticker",
    mime: string,
    bytes: string | Buffer,
    body = "",
  ): Promise<Sent> {
    const MediaUrl0 = this.#server.keepFile(this.#account, mime, bytes);
    return this.#send({ Body: body, NumMedia: "1", MediaUrl0, MediaContentType0: mime }, type);
  }

  place(latitude: number, longitude: number, label = ""): Promise<Sent> {
    return this.#send({ Latitude: String(latitude), Longitude: String(longitude), Label: label }, "location");
  }

  /** Twilio keeps its own list of those who stopped, and answers them itself. */
  stop(): Promise<Sent> {
    if (!this.#isWhatsApp) this.#account.stopped.add(this.person.address);
    return this.#send({ Body: "STOP" }, "text");
  }

  resume(): Promise<Sent> {
    this.#account.stopped.delete(this.person.address);
    return this.#send({ Body: "START" }, "text");
  }

  /** The very same message once more. */
  again({ params }: Sent, posting: Posting = {}): Promise<Answered> {
    return postWebhook(this.#account, this.#webhook, params, { through: this.#server.through, ...posting });
  }

  get #isWhatsApp(): boolean {
    return this.person.address.startsWith("whatsapp:");
  }

  #quote(sid: string): Params {
    return { OriginalRepliedMessageSid: sid, OriginalRepliedMessageSender: this.person.to };
  }

  async #send(what: Params, type: string): Promise<Sent> {
    const { address, name = "", to } = this.person;
    const sid = newSid("SM");
    const params: Params = {
      AccountSid: this.#account.sid,
      ApiVersion: "2010-04-01",
      Body: "",
      From: address,
      MessageSid: sid,
      NumMedia: "0",
      NumSegments: "1",
      SmsMessageSid: sid,
      SmsSid: sid,
      SmsStatus: "received",
      To: to,
      ...(this.#isWhatsApp && { MessageType: type, ProfileName: name, WaId: address.replace(/\D/g, "") }),
      ...what,
    };
    this.#account.inbound.add(sid);
    this.#account.lastInbound.set(address, Date.now());
    const answered = await deliverWebhook(this.#account, this.#webhook, params, { through: this.#server.through });
    return { sid, params, answered };
  }
}
