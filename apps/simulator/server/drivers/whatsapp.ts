import type { MetaStandIn } from "@charla/testkit/vendors/meta/server";
import { WhatsAppPhone } from "@charla/testkit/vendors/meta/whatsapp-phone";
import type { PhoneNumber, Sent } from "@charla/testkit/vendors/meta/world";
import type { Choices, Report } from "../../shared/protocol.ts";
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
import { whatsAppText } from "../text/marked-text.ts";

type Place = { meta: MetaStandIn; number: PhoneNumber; secret: string };

export class WhatsAppDriver implements Driver {
  readonly kind = "whatsapp";
  readonly label = "WhatsApp";
  readonly business: Driver["business"];
  readonly channel: ChannelWish;
  readonly quotes = true;
  readonly reports = ["sent", "delivered", "read"] as const;
  readonly #place: Place;
  readonly #sink: Sink;
  readonly #phones = new Map<string, WhatsAppPhone>();
  readonly #arrived = new Map<string, Sent>();
  /** Who wrote which message: read marks name the message alone. */
  readonly #writers = new Map<string, string>();
  #sentSeen = 0;
  #marksSeen = 0;

  constructor(place: Place, sink: Sink) {
    const { meta, number, secret } = place;
    this.#place = place;
    this.#sink = sink;
    this.business = { name: number.name, address: number.display };
    this.channel = {
      kind: "whatsapp",
      name: "WhatsApp (simulador)",
      config: { phoneNumberId: number.id, wabaId: number.wabaId, appId: number.appId, apiUrl: meta.url },
      secrets: { accessToken: number.token, appSecrets: [secret] },
    };
  }

  newContact(name: string): Contact {
    const phone = `346${freshDigits(8)}`;
    this.#phones.set(
      phone,
      new WhatsAppPhone(this.#place.meta, this.#place.number, { name, phone, userId: `ES.${phone}` }),
    );
    return { id: phone, name, address: `+34 ${phone.slice(2, 5)} ${phone.slice(5, 8)} ${phone.slice(8)}` };
  }

  async say(contact: string, { text, quote }: Words): Promise<string> {
    const context = quote === undefined ? {} : { context: { from: this.#authorOf(quote), id: quote } };
    return this.#wrote(contact, await mustHave(this.#phones, contact).text(text, context));
  }

  async sendFile(contact: string, { bytes, mime, name, kind }: Upload): Promise<string> {
    const phone = mustHave(this.#phones, contact);
    const type = kind === "voice" ? "audio" : kind;
    const more = kind === "voice" ? { voice: true } : kind === "document" ? { filename: name } : {};
    return this.#wrote(contact, await phone.file(type, bytes, mime, more));
  }

  async tap(contact: string, id: string, { title }: { title: string }): Promise<string> {
    return this.#wrote(contact, await mustHave(this.#phones, contact).tap(mustHave(this.#arrived, id), title));
  }

  async react(contact: string, id: string, emoji: string): Promise<void> {
    await mustHave(this.#phones, contact).react(id, emoji);
  }

  async edit(contact: string, id: string, text: string): Promise<void> {
    await mustHave(this.#phones, contact).edit(id, text);
  }

  async unsend(contact: string, id: string): Promise<void> {
    await mustHave(this.#phones, contact).revoke(id);
  }

  ownerSays(contact: string, text: string): Promise<void> {
    return mustHave(this.#phones, contact).ownerAnswers(text);
  }

  report(contact: string, id: string, state: Report): Promise<void> {
    return mustHave(this.#phones, contact).status(mustHave(this.#arrived, id), state);
  }

  async redeliver(contact: string): Promise<number> {
    return (await mustHave(this.#phones, contact).again()).status;
  }

  /** Whatever the vendor has been asked since the last look. */
  collect(): void {
    const { world } = this.#place.meta;
    for (const sent of world.sent.slice(this.#sentSeen)) this.#take(sent);
    this.#sentSeen = world.sent.length;
    for (const { account, to, mark } of world.marks.slice(this.#marksSeen)) {
      const contact = account === this.#place.number.id ? this.#writers.get(to) : undefined;
      if (contact === undefined) continue;
      this.#sink.read(contact, to);
      if (mark === "typing") this.#sink.typing(contact);
    }
    this.#marksSeen = world.marks.length;
  }

  #take(sent: Sent): void {
    const found = [...this.#phones].find(([id, phone]) => sent.to === id || sent.to === phone.identity.userId);
    if (found === undefined || sent.account !== this.#place.number.id) return;
    this.#arrived.set(sent.id, sent);
    this.#sink.arrived(found[0], { id: sent.id, text: whatsAppText(sent.text), choices: choicesIn(sent) });
  }

  #wrote(contact: string, id: string): string {
    this.#writers.set(id, contact);
    return id;
  }

  #authorOf(message: string): string {
    return this.#writers.get(message) ?? this.#place.number.display.replaceAll(/\D/g, "");
  }
}

type Interactive = {
  action: {
    button?: string;
    buttons?: { reply: { id: string; title: string } }[];
    sections?: { rows: { id: string; title: string }[] }[];
  };
};

function choicesIn({ payload }: Sent): Choices | undefined {
  const interactive = payload["interactive"] as Interactive | undefined;
  if (interactive === undefined) return undefined;
  const { button, buttons = [], sections = [] } = interactive.action;
  const rows = sections.flatMap((section) => section.rows.map(({ id, title }) => ({ id, title })));
  if (rows.length > 0) return { look: "list", label: button, items: rows };
  return { look: "buttons", items: buttons.map(({ reply }) => reply) };
}
