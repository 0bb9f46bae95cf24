import type { MetaStandIn } from "./server.ts";
import { type Delivery, metaJson, post, postUntilTaken } from "./webhooks.ts";
import type { Page, Sent } from "./world.ts";

type Fields = Record<string, unknown>;

/** One person in Messenger or Instagram, known to the page by an id of its own. */
export class MessagingPhone {
  readonly id: string;
  readonly #meta: MetaStandIn;
  readonly #page: Page;
  #last: Delivery | undefined;

  constructor(meta: MetaStandIn, page: Page, id: string) {
    this.#meta = meta;
    this.#page = page;
    this.id = id;
  }

  received(): Sent[] {
    return this.#meta.sentTo(this.id, this.#page.id);
  }

  async text(text: string, more: Fields = {}): Promise<string> {
    const mid = this.#newMid();
    await this.says({ message: { mid, text, ...more } });
    return mid;
  }

  async file(type: "image" | "video" | "audio" | "file", url: string): Promise<string> {
    const mid = this.#newMid();
    await this.says({ message: { mid, attachments: [{ type, payload: { url } }] } });
    return mid;
  }

  /** Taps a quick reply of a message of ours. */
  async tap(sent: Sent, title: string): Promise<string> {
    const message = sent.payload["message"] as { quick_replies?: { title: string; payload: string }[] };
    const found = message.quick_replies?.find((reply) => reply.title === title);
    if (found === undefined) throw new Error(`nothing says ${title} in ${JSON.stringify(message).slice(0, 300)}`);
    return this.text(title, { quick_reply: { payload: found.payload }, reply_to: { mid: sent.id } });
  }

  async postback(title: string, payload: string): Promise<void> {
    await this.says({ postback: { mid: this.#newMid(), title, payload } });
  }

  async react(mid: string, emoji: string): Promise<void> {
    await this.says({ reaction: { mid, action: "react", reaction: "other", emoji } });
  }

  async unsend(mid: string): Promise<void> {
    await this.says({ message: { mid, is_deleted: true } });
  }

  /** Everything the person does counts as having written. */
  async says(event: Fields): Promise<void> {
    this.#meta.world.heard(this.#page.id, this.id, this.#meta.now());
    await this.#deliver({ sender: { id: this.id }, recipient: { id: this.#page.id }, ...event });
  }

  /** What everybody who is subscribed hears about a message of ours. */
  async echo(sent: Sent): Promise<void> {
    const message = {
      mid: sent.id,
      text: sent.text,
      is_echo: true,
      app_id: Number(this.#page.appId),
      ...(sent.tracer !== undefined && { metadata: sent.tracer }),
    };
    await this.#deliver({ sender: { id: this.#page.id }, recipient: { id: this.id }, message });
  }

  /** The owner of the shop answers from the inbox. */
  async ownerAnswers(text: string): Promise<void> {
    const message = { mid: this.#newMid(), text, is_echo: true };
    await this.#deliver({ sender: { id: this.#page.id }, recipient: { id: this.id }, message });
  }

  async delivered(...sent: Sent[]): Promise<void> {
    const delivery = { mids: sent.map(({ id }) => id), watermark: this.#meta.now() };
    await this.#deliver({ sender: { id: this.id }, recipient: { id: this.#page.id }, delivery });
  }

  async reads(sent: Sent): Promise<void> {
    const read = this.#page.kind === "page" ? { watermark: this.#meta.now() } : { mid: sent.id };
    await this.#deliver({ sender: { id: this.id }, recipient: { id: this.#page.id }, read });
  }

  async again(): Promise<Delivery> {
    if (this.#last === undefined) throw new Error("nothing was delivered yet");
    return post(this.#last.url, this.#last.secret, this.#last.body, this.#meta.send);
  }

  #newMid(): string {
    return this.#meta.world.newId(this.#page.kind === "page" ? "m_in" : "aWdfin");
  }

  async #deliver(event: Fields): Promise<void> {
    const app = this.#meta.world.apps.get(this.#page.appId);
    const url = app?.subscriptions.find(({ object }) => object === this.#page.kind)?.callback_url;
    if (url === undefined || app === undefined) throw new Error(`nobody is told of messages to ${this.#page.id}`);
    const now = this.#meta.now();
    const entry = { id: this.#page.id, time: now, messaging: [{ timestamp: now, ...event }] };
    this.#last = await postUntilTaken(
      url,
      app.secret,
      metaJson({ object: this.#page.kind, entry: [entry] }),
      this.#meta,
    );
    if (this.#last.status !== 200)
      throw new Error(`the webhook was answered ${this.#last.status}: ${this.#last.answer}`);
  }
}
