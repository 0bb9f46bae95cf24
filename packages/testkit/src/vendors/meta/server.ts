import { type KillOrders, NO_KILLS } from "../../kill-orders.ts";
import { pause } from "../../poll.ts";
import { type Exchange, serve, type Served, type StandIn } from "../../stand-in.ts";
import { Buckets } from "./bucket.ts";
import { bodyOf, type GraphFailure, GraphRefusal } from "./graph-error.ts";
import { type Answer, answerGraph } from "./routes.ts";
import { type App, type Page, type PhoneNumber, type Sent, type StoredFile, type Template, World } from "./world.ts";

/** What happens to a message of ours: `error` before it is taken, `cut` and `stall` after. */
export type Reception = {
  error?: GraphFailure;
  how?: "answer" | "cut" | "stall";
  delayMs?: number;
};
export type ReceptionScript = (attempt: { account: string; payload: Record<string, unknown> }) => Reception;

export type MetaOptions = {
  port?: number;
  kills?: KillOrders;
  reception?: ReceptionScript;
  now?: () => number;
  served?: Served;
  /** After how long a webhook that nobody answers is tried again. */
  webhookTimeoutMs?: number;
};

const PAIR_MS = 6000;
const PAIR_BURST = 45;
const PER_SECOND = 80;

/** Meta's side of WhatsApp, Messenger and Instagram: the Graph API, strictly, and the list of what was taken. */
export class MetaStandIn {
  readonly world = new World();
  readonly kills: KillOrders;
  readonly limits = { pair: new Buckets(PAIR_MS, PAIR_BURST), account: new Buckets(1000 / PER_SECOND, PER_SECOND) };
  readonly now: () => number;
  reception: ReceptionScript;
  /** Told of every message that was taken, after the answer has left. */
  onSent: (sent: Sent) => void = () => undefined;
  readonly webhookTimeoutMs: number;
  /** When the last request of any kind ended. */
  lastAt = 0;
  /** How webhooks leave. */
  send = fetch;
  /** Messages that were taken and whose answer is not over. */
  sending = 0;
  #stand: StandIn | undefined;

  private constructor({
    kills = NO_KILLS,
    reception = () => ({}),
    now = Date.now,
    webhookTimeoutMs = 10_000,
  }: MetaOptions) {
    this.kills = kills;
    this.webhookTimeoutMs = webhookTimeoutMs;
    this.reception = reception;
    this.now = now;
  }

  static async start(options: MetaOptions = {}): Promise<MetaStandIn> {
    const meta = new MetaStandIn(options);
    meta.#stand = await serve((exchange) => meta.#take(exchange), options.port, undefined, options.served);
    return meta;
  }

  /** What goes into a channel's `apiUrl`. */
  get url(): string {
    if (this.#stand === undefined) throw new Error("the stand-in of Meta is not running");
    return this.#stand.url;
  }

  get problems(): string[] {
    return this.world.problems;
  }

  addApp(id: string, secret: string): App {
    const app: App = { id, secret, subscriptions: [] };
    this.world.apps.set(id, app);
    return app;
  }

  addNumber(number: Pick<PhoneNumber, "id" | "wabaId" | "appId" | "token"> & Partial<PhoneNumber>): PhoneNumber {
    const whole: PhoneNumber = {
      display: "+1 555-078-3881",
      name: "Tienda",
      status: "CONNECTED",
      callback: null,
      ...number,
    };
    this.world.numbers.set(whole.id, whole);
    return whole;
  }

  addPage(page: Pick<Page, "id" | "kind" | "appId" | "token"> & Partial<Page>): Page {
    const whole: Page = { name: "Tienda", subscribedFields: [], ...page };
    this.world.pages.set(whole.id, whole);
    return whole;
  }

  addTemplate(wabaId: string, template: Template): void {
    this.world.templates.set(wabaId, [...(this.world.templates.get(wabaId) ?? []), template]);
  }

  /** A file that a person sends; its address lives five minutes from when it is asked for. */
  addFile(bytes: Buffer, mime: string): StoredFile {
    const file: StoredFile = { id: this.world.newId("8"), bytes, mime, urlUntil: 0 };
    this.world.files.set(file.id, file);
    return file;
  }

  /** Where everybody who knows the address finds a file, as in Messenger and Instagram. */
  openFile(bytes: Buffer, mime: string): string {
    return `${this.url}/shared/${this.addFile(bytes, mime).id}`;
  }

  sentTo(person: string, account?: string): Sent[] {
    return this.world.sent.filter((sent) => sent.to === person && (account === undefined || sent.account === account));
  }

  close(): Promise<void> {
    return this.#stand?.close() ?? Promise.resolve();
  }

  async #take(exchange: Exchange): Promise<void> {
    try {
      const answer = await answerGraph(this, exchange);
      if (answer.sent === null) await this.#reply(exchange, answer);
      else await this.#replyToSend(exchange, answer, answer.sent);
    } catch (error) {
      if (!(error instanceof GraphRefusal)) throw error;
      const { failure } = error;
      const headers = { "content-type": "application/json; charset=UTF-8", ...failure.headers };
      await exchange.answer(failure.status, headers, bodyOf(failure), NO_KILLS, "");
    } finally {
      this.lastAt = Date.now();
    }
  }

  async #reply(exchange: Exchange, { reception, headers, body, subject }: Answer): Promise<void> {
    if (reception.delayMs !== undefined) await pause(reception.delayMs);
    if (reception.how === "cut") exchange.cut();
    else if (reception.how === "stall") await exchange.hang();
    else await exchange.answer(200, headers, body, this.kills, subject);
  }

  async #replyToSend(exchange: Exchange, answer: Answer, sent: Sent): Promise<void> {
    this.sending++;
    await this.#reply(exchange, answer);
    this.sending--;
    sent.endedAt = Date.now();
    if (!exchange.gone.aborted && answer.reception.how !== "cut") sent.answeredAt = sent.endedAt;
    this.onSent(sent);
  }
}
