import { MessagingPhone } from "@charla/testkit/vendors/meta/messaging-phone";
import type { MetaStandIn } from "@charla/testkit/vendors/meta/server";
import type { Page, Sent } from "@charla/testkit/vendors/meta/world";
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
import { plainText } from "../text/marked-text.ts";

type Place = { meta: MetaStandIn; page: Page; secret: string };

const LABELS = { messenger: "Messenger", instagram: "Instagram" } as const;
const TYPES = { image: "image", voice: "audio", video: "video", document: "file" } as const;

/** Messenger and Instagram, which differ in what they report. */
export class MessagingDriver implements Driver {
  readonly kind: keyof typeof LABELS;
  readonly label: string;
  readonly business: Driver["business"];
  readonly channel: ChannelWish;
  readonly quotes = true;
  readonly reports: readonly Report[];
  readonly #place: Place;
  readonly #sink: Sink;
  readonly #phones = new Map<string, MessagingPhone>();
  readonly #arrived = new Map<string, Sent>();
  #sentSeen = 0;
  #marksSeen = 0;

  constructor(kind: keyof typeof LABELS, place: Place, sink: Sink) {
    const { meta, page, secret } = place;
    this.kind = kind;
    this.label = LABELS[kind];
    this.#place = place;
    this.#sink = sink;
    this.business = { name: page.name, address: kind === "messenger" ? "m.me/lacadena" : "@lacadena" };
    this.reports = kind === "messenger" ? ["sent", "delivered", "read"] : ["sent", "read"];
    this.channel = {
      kind,
      name: `${this.label} (simulador)`,
      config: { accountId: page.id, appId: page.appId, apiUrl: meta.url },
      secrets: { accessToken: page.token, appSecrets: [secret] },
    };
  }

  newContact(name: string): Contact {
    const id = `7${freshDigits(11)}`;
    this.#phones.set(id, new MessagingPhone(this.#place.meta, this.#place.page, id));
    return { id, name, address: id };
  }

  say(contact: string, { text, quote }: Words): Promise<string> {
    const more = quote === undefined ? {} : { reply_to: { mid: quote } };
    return mustHave(this.#phones, contact).text(text, more);
  }

  sendFile(contact: string, { bytes, mime, kind }: Upload): Promise<string> {
    return mustHave(this.#phones, contact).file(TYPES[kind], this.#place.meta.openFile(bytes, mime));
  }

  tap(contact: string, id: string, { title }: { title: string }): Promise<string> {
    return mustHave(this.#phones, contact).tap(mustHave(this.#arrived, id), title);
  }

  react(contact: string, id: string, emoji: string): Promise<void> {
    return mustHave(this.#phones, contact).react(id, emoji);
  }

  unsend(contact: string, id: string): Promise<void> {
    return mustHave(this.#phones, contact).unsend(id);
  }

  ownerSays(contact: string, text: string): Promise<void> {
    return mustHave(this.#phones, contact).ownerAnswers(text);
  }

  /** That it was sent is said by the echo, which everybody who is subscribed hears. */
  async report(contact: string, id: string, state: Report): Promise<void> {
    const phone = mustHave(this.#phones, contact);
    const sent = mustHave(this.#arrived, id);
    if (state === "sent") await phone.echo(sent);
    else if (state === "delivered") await phone.delivered(sent);
    else await phone.reads(sent);
  }

  async redeliver(contact: string): Promise<number> {
    return (await mustHave(this.#phones, contact).again()).status;
  }

  collect(): void {
    const { meta, page } = this.#place;
    for (const sent of meta.world.sent.slice(this.#sentSeen)) {
      if (sent.account !== page.id || !this.#phones.has(sent.to)) continue;
      this.#arrived.set(sent.id, sent);
      this.#sink.arrived(sent.to, { id: sent.id, text: plainText(sent.text), choices: choicesIn(sent) });
    }
    this.#sentSeen = meta.world.sent.length;
    for (const { account, to, mark } of meta.world.marks.slice(this.#marksSeen)) {
      if (account !== page.id) continue;
      if (mark === "read") this.#sink.read(to);
      else this.#sink.typing(to);
    }
    this.#marksSeen = meta.world.marks.length;
  }
}

function choicesIn({ payload }: Sent): Choices | undefined {
  const message = payload["message"] as { quick_replies?: { title: string; payload: string }[] };
  if (message.quick_replies === undefined) return undefined;
  return { look: "chips", items: message.quick_replies.map(({ title, payload: id }) => ({ id, title })) };
}
