import { randomBytes } from "node:crypto";
import type { Accepted, TwilioAccountBook } from "@charla/testkit/vendors/twilio/account";
import { type Sent, TwilioPhone } from "@charla/testkit/vendors/twilio/phone";
import { TwilioServer } from "@charla/testkit/vendors/twilio/server";
import type { Report } from "../../shared/protocol.ts";
import {
  type ChannelWish,
  type Contact,
  type Driver,
  mustHave,
  type Sink,
  type Upload,
  type Words,
} from "../driver.ts";
import { freshDigits } from "../fresh-id.ts";
import { plainText } from "../text/marked-text.ts";
import type { Watch } from "../wire.ts";

const NUMBER = "+34911000042";

export async function startSms(sink: Sink, watch: Watch): Promise<{ driver: SmsDriver; close: () => Promise<void> }> {
  const server = await TwilioServer.start({
    // What becomes of a message is told by the phone, when it is time.
    reception: () => ({ statuses: [] }),
    served: (exchange) => {
      watch.served("sms", exchange);
      driver.collect();
    },
  });
  const book = server.openAccount(randomBytes(16).toString("hex"));
  book.addNumber(NUMBER);
  book.send = watch.send;
  const driver = new SmsDriver(server, book, sink);
  return { driver, close: () => server.close() };
}

export class SmsDriver implements Driver {
  readonly kind = "sms";
  readonly label = "SMS";
  readonly business = { name: "La Cadena", address: "+34 911 000 042" };
  readonly channel: ChannelWish;
  readonly reports = ["sent", "delivered"] as const;
  readonly #server: TwilioServer;
  readonly #book: TwilioAccountBook;
  readonly #sink: Sink;
  readonly #people = new Map<string, string>();
  readonly #arrived = new Map<string, Accepted>();
  readonly #last = new Map<string, Sent>();
  #seen = 0;

  constructor(server: TwilioServer, book: TwilioAccountBook, sink: Sink) {
    this.#server = server;
    this.#book = book;
    this.#sink = sink;
    this.channel = {
      kind: "twilio",
      name: "SMS (simulador)",
      config: { accountSid: book.sid, phoneNumber: NUMBER, apiUrl: server.url },
      secrets: { authTokens: [book.token] },
    };
  }

  newContact(name: string): Contact {
    const id = `+346${freshDigits(8)}`;
    this.#people.set(id, name);
    return { id, name, address: `${id.slice(0, 3)} ${id.slice(3, 6)} ${id.slice(6, 9)} ${id.slice(9)}` };
  }

  say(contact: string, { text }: Words): Promise<string> {
    return this.#keep(contact, this.#phone(contact).write(text));
  }

  sendFile(contact: string, { bytes, mime, kind }: Upload): Promise<string> {
    return this.#keep(contact, this.#phone(contact).file(kind === "voice" ? "audio" : kind, mime, bytes));
  }

  async report(_: string, id: string, state: Report): Promise<void> {
    await this.#server.report(mustHave(this.#arrived, id), [state]);
  }

  async redeliver(contact: string): Promise<number> {
    return (await this.#phone(contact).again(mustHave(this.#last, contact))).status;
  }

  collect(): void {
    for (const message of this.#server.messages.slice(this.#seen)) {
      this.#arrived.set(message.sid, message);
      const files = message.media.map((url) => ({ text: `\n${url}`, href: url }));
      if (this.#people.has(message.to))
        this.#sink.arrived(message.to, { id: message.sid, text: [...plainText(message.text), ...files] });
    }
    this.#seen = this.#server.messages.length;
  }

  #phone(contact: string): TwilioPhone {
    const webhook = mustHave(this.#book.numbers, NUMBER).sms_url;
    if (webhook === "") throw new Error("the number leads nowhere");
    const person = { address: contact, name: mustHave(this.#people, contact), to: NUMBER };
    return new TwilioPhone(this.#server, this.#book, webhook, person);
  }

  async #keep(contact: string, sending: Promise<Sent>): Promise<string> {
    const sent = await sending;
    this.#last.set(contact, sent);
    if (sent.answered.status >= 300) throw new Error(`the webhook was answered ${sent.answered.status}`);
    return sent.sid;
  }
}
