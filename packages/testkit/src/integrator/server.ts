import { Webhook } from "standardwebhooks";
import * as z from "zod";

import { type KillOrders, NO_KILLS } from "../kill-orders.ts";
import { marksIn, markText } from "../marks.ts";
import { pause } from "../poll.ts";
import { type Exchange, serve, type StandIn } from "../stand-in.ts";

const Payload = z.looseObject({
  type: z.literal("message"),
  id: z.string(),
  channel: z.string(),
  conversation: z.string(),
  inReplyTo: z.array(z.string()).default([]),
  text: z.string(),
  author: z.string(),
  turn: z.string().nullish(),
});
export type CallbackPayload = z.infer<typeof Payload>;

/** How a callback is answered. `cut` and `stall` come after the message was taken: the sender cannot know. */
export type Reception = {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  delayMs?: number;
  how?: "answer" | "cut" | "stall";
};
export type ReceptionScript = (callback: Callback) => Reception | Promise<Reception>;

/** One request that arrived, whether for the first time or again. */
export type Callback = {
  at: number;
  account: string;
  webhookId: string;
  /** How often this webhook id has arrived before. */
  repeat: number;
  body: string;
  payload: CallbackPayload;
  outcome: "open" | "cut" | "stalled" | number;
  endedAt?: number;
};

export type IntegratorOptions = { port?: number; kills?: KillOrders; reception?: ReceptionScript };

/**
 * The integrator's side of the `http` channel. It checks signatures with the reference library, and its list of
 * callbacks is the truth about what left the system.
 */
export class Integrator {
  readonly callbacks: Callback[] = [];
  readonly problems: string[] = [];
  readonly #secrets = new Map<string, string[]>();
  readonly #receptions = new Map<string, ReceptionScript>();
  readonly #byWebhookId = new Map<string, Callback[]>();
  readonly #named = new Set<string>();
  readonly #kills: KillOrders;
  readonly #reception: ReceptionScript;
  #stand: StandIn | undefined;
  lastAt = 0;

  private constructor({ kills = NO_KILLS, reception = () => ({}) }: IntegratorOptions) {
    this.#kills = kills;
    this.#reception = reception;
  }

  static async start(options: IntegratorOptions = {}): Promise<Integrator> {
    const integrator = new Integrator(options);
    integrator.#stand = await serve((exchange) => integrator.#take(exchange), options.port);
    return integrator;
  }

  callbackUrl(account: string): string {
    return `${this.#running().url}/callback/${account}`;
  }

  trust(account: string, ...secrets: string[]): void {
    this.#secrets.set(account, secrets);
  }

  receive(account: string, script: ReceptionScript): void {
    this.#receptions.set(account, script);
  }

  /** Callbacks of one thread with repeats left out: what a receiver that keeps webhook ids would show. */
  messages(account: string, conversation?: string): Callback[] {
    return this.callbacks.filter(
      (callback) =>
        callback.account === account &&
        callback.repeat === 0 &&
        (conversation === undefined || callback.payload.conversation === conversation),
    );
  }

  hasReplyTo(id: string): boolean {
    return this.#named.has(id);
  }

  /** Callbacks that are here and not answered yet. */
  open(): number {
    return this.callbacks.reduce((sum, callback) => sum + (callback.outcome === "open" ? 1 : 0), 0);
  }

  close(): Promise<void> {
    return this.#running().close();
  }

  #running(): StandIn {
    if (this.#stand === undefined) throw new Error("the integrator is not running");
    return this.#stand;
  }

  #verify(account: string, exchange: Exchange): boolean {
    const headers = Object.fromEntries(exchange.headers);
    return (this.#secrets.get(account) ?? []).some((secret) => {
      try {
        new Webhook(secret).verify(exchange.body, headers);
        return true;
      } catch {
        return false;
      }
    });
  }

  async #take(exchange: Exchange): Promise<void> {
    const account = exchange.url.pathname.replace(/^\/callback\//, "");
    if (!this.#verify(account, exchange)) {
      this.problems.push(`bad signature for ${account}: ${exchange.body.slice(0, 200)}`);
      return exchange.answer(401, {}, "", NO_KILLS, "");
    }
    const callback = this.#record(account, exchange);
    const marks = marksIn(callback.payload.text).map(markText).join(" ");
    const subject = `channel ${account} ${callback.payload.conversation} ${marks}`;
    // Time to notice that nobody is there any more: an answer that nobody reads has not been given.
    if (this.#kills.reach("arrival", subject)) await pause(30);
    const reception = await (this.#receptions.get(account) ?? this.#reception)(callback);
    if (reception.delayMs) await pause(reception.delayMs);
    if (reception.how === "cut") {
      callback.outcome = "cut";
      return exchange.cut();
    }
    if (reception.how === "stall") {
      callback.outcome = "stalled";
      return exchange.hang();
    }
    const body = reception.body ?? JSON.stringify({ id: `int-${callback.webhookId}` });
    await exchange.answer(
      reception.status ?? 200,
      { "content-type": "application/json", ...reception.headers },
      body,
      this.#kills,
      subject,
    );
    callback.outcome = exchange.gone.aborted ? "cut" : (reception.status ?? 200);
    callback.endedAt = Date.now();
    this.lastAt = callback.endedAt;
  }

  #record(account: string, exchange: Exchange): Callback {
    const webhookId = exchange.headers.get("webhook-id") ?? "";
    const before = this.#byWebhookId.get(webhookId) ?? [];
    const payload = Payload.parse(JSON.parse(exchange.body));
    const first = before[0];
    if (
      first !== undefined &&
      (first.payload.text !== payload.text || first.payload.conversation !== payload.conversation)
    ) {
      this.problems.push(`webhook id ${webhookId} came again with other content`);
    }
    if (payload.id !== webhookId) this.problems.push(`webhook id ${webhookId} is not the message id ${payload.id}`);
    const callback: Callback = {
      at: exchange.at,
      account,
      webhookId,
      repeat: before.length,
      body: exchange.body,
      payload,
      outcome: "open",
    };
    before.push(callback);
    this.#byWebhookId.set(webhookId, before);
    this.callbacks.push(callback);
    for (const id of payload.inReplyTo) this.#named.add(id);
    this.lastAt = callback.at;
    exchange.gone.addEventListener("abort", () => {
      if (callback.outcome === "open") callback.outcome = "cut";
    });
    return callback;
  }
}
