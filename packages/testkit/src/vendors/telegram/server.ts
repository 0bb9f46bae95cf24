import type { Message, Update, UserFromGetMe } from "grammy/types";

import { type KillOrders, NO_KILLS } from "../../kill-orders.ts";
import { marksIn, markText } from "../../marks.ts";
import { pause } from "../../poll.ts";
import { type Exchange, serve, type Served, type StandIn } from "../../stand-in.ts";
import { ApiError } from "./api-error.ts";
import { BotAccount } from "./bot.ts";
import { Deliverer } from "./delivery.ts";
import { perform } from "./methods.ts";
import { isMethod, type Method, PARAMS } from "./params.ts";
import { DOCUMENTED_RATES, RateKeeper, type Rates } from "./rates.ts";
import { formOf, isForm } from "./upload.ts";

/** How a call is answered. `cut` and `stall` come after it has taken effect: the caller cannot know. */
export type Reception = {
  delayMs?: number;
  how?: "answer" | "cut" | "stall";
  /** In place of doing anything. */
  refuse?: { code: number; description: string; parameters?: ApiError["parameters"] };
  /** An answer of something in between, with no JSON in it. */
  status?: number;
};

export type BotCall = {
  at: number;
  bot: BotAccount;
  method: string;
  params: Record<string, unknown>;
  /** By way of an answer to a webhook. */
  inReply: boolean;
  outcome: "open" | "cut" | "stalled" | number;
  error?: string;
  /** What stands in the chat because of it. */
  message?: Message;
  endedAt?: number;
};
export type ReceptionScript = (call: BotCall) => Reception | Promise<Reception>;

export type TelegramOptions = {
  port?: number;
  kills?: KillOrders;
  reception?: ReceptionScript;
  /** `null` takes everything at any speed. */
  rates?: Rates | null;
  richMessages?: boolean;
  served?: Served;
  /** After how long a webhook that nobody answers is tried again. */
  webhookTimeoutMs?: number;
};

const CALL = /^\/bot(\d+:[\w-]+)\/(\w+)$/;
const FILE = /^\/file\/bot(\d+:[\w-]+)\/(.+)$/;

/** The Bot API on loopback. What its chats show is the truth about what reached a person's phone. */
export class TelegramServer {
  readonly calls: BotCall[] = [];
  /** The calls that put a message into a chat. */
  readonly taken: BotCall[] = [];
  readonly problems: string[] = [];
  readonly #bots = new Map<string, BotAccount>();
  readonly #kills: KillOrders;
  readonly #rates: RateKeeper;
  readonly #rich: boolean;
  readonly deliverer: Deliverer;
  reception: ReceptionScript;
  #stand: StandIn | undefined;

  private constructor({
    kills = NO_KILLS,
    reception = () => ({}),
    rates = DOCUMENTED_RATES,
    richMessages = true,
    webhookTimeoutMs,
  }: TelegramOptions) {
    this.deliverer = new Deliverer(
      (bot, { method, ...params }) => this.#takeReply(bot, String(method), params),
      webhookTimeoutMs,
    );
    this.#kills = kills;
    this.reception = reception;
    this.#rates = new RateKeeper(rates);
    this.#rich = richMessages;
  }

  static async start(options: TelegramOptions = {}): Promise<TelegramServer> {
    const server = new TelegramServer(options);
    server.#stand = await serve((exchange) => server.#take(exchange), options.port, undefined, options.served);
    return server;
  }

  get apiUrl(): string {
    if (this.#stand === undefined) throw new Error("Telegram is not running");
    return this.#stand.url;
  }

  /** What @BotFather does. */
  newBot(username: string, more: Partial<UserFromGetMe> = {}): BotAccount {
    const bot = new BotAccount(username, more);
    this.#bots.set(bot.token, bot);
    return bot;
  }

  callsOf(bot: BotAccount, method?: Method): BotCall[] {
    return this.calls.filter((call) => call.bot === bot && (method === undefined || call.method === method));
  }

  /** Delivers in the order of the chat; resolves when the webhook has taken it, or at once where there is none yet. */
  async push(bot: BotAccount, chat: number, update: Update, stop?: AbortSignal): Promise<void> {
    if (!bot.wants(update)) return;
    if (bot.webhook === null) bot.pending.push({ chat, update });
    else await this.deliverer.deliver(bot, chat, update, stop);
  }

  #pushPending(bot: BotAccount): void {
    for (const { chat, update } of bot.pending.splice(0)) {
      this.push(bot, chat, update).catch((error: unknown) => this.problems.push(String(error)));
    }
  }

  async close(): Promise<void> {
    this.deliverer.close();
    await this.#stand?.close();
  }

  async #take(exchange: Exchange): Promise<void> {
    const path = exchange.url.pathname;
    const [, token, name] = CALL.exec(path) ?? [];
    if (token === undefined || name === undefined) return this.#giveFile(exchange, path);
    const bot = this.#bots.get(token);
    if (bot === undefined) return this.#say(exchange, new ApiError(401, "Unauthorized"), "");
    const params = await this.#paramsOf(exchange);
    const call: BotCall = { at: exchange.at, bot, method: name, params, inReply: false, outcome: "open" };
    this.calls.push(call);
    const subject = `channel ${bot.me.username} ${name} ${marksIn(JSON.stringify(params)).map(markText).join(" ")}`;
    // Time to notice that nobody is there any more: what nobody sent has no effect.
    if (this.#kills.reach("arrival", subject)) await pause(30);
    const { delayMs, how, refuse, status } = await this.reception(call);
    if (delayMs) await pause(delayMs);
    if (status !== undefined) {
      call.outcome = status;
      return exchange.answer(status, { "content-type": "text/html" }, "<html></html>", this.#kills, subject);
    }
    const outcome = refuse
      ? new ApiError(refuse.code, refuse.description, refuse.parameters)
      : await this.#perform(call);
    if (how === "cut" || how === "stall") {
      call.outcome = how === "cut" ? "cut" : "stalled";
      call.endedAt = Date.now();
      return how === "cut" ? exchange.cut() : exchange.hang();
    }
    await this.#say(exchange, outcome, subject);
    call.outcome = exchange.gone.aborted ? "cut" : outcome instanceof ApiError ? outcome.code : 200;
    call.endedAt = Date.now();
    if (outcome instanceof ApiError) call.error = outcome.message;
  }

  async #perform(call: BotCall): Promise<unknown> {
    const { bot, method, params } = call;
    if (!isMethod(method)) {
      this.problems.push(`no method ${method}`);
      return new ApiError(404, "Not Found");
    }
    const parsed = PARAMS[method].safeParse(params);
    if (!parsed.success) {
      this.problems.push(
        `${method}: ${parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ")}`,
      );
      return new ApiError(400, `Bad Request: wrong parameters of ${method}`);
    }
    try {
      const spend = (chat: number): void => this.#rates.spend(bot.token, chat, Date.now());
      const result = await perform(bot, method, params, { spend, rich: this.#rich });
      if (method === "setWebhook") this.#pushPending(bot);
      if (method.startsWith("send") && method !== "sendChatAction") {
        call.message = result as Message;
        this.taken.push(call);
      }
      return result;
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
  }

  async #takeReply(bot: BotAccount, method: string, params: Record<string, unknown>): Promise<void> {
    const call: BotCall = { at: Date.now(), bot, method, params, inReply: true, outcome: "open" };
    this.calls.push(call);
    const outcome = await this.#perform(call);
    call.outcome = outcome instanceof ApiError ? outcome.code : 200;
    if (outcome instanceof ApiError) call.error = outcome.message;
  }

  async #paramsOf(exchange: Exchange): Promise<Record<string, unknown>> {
    const { method, headers, body, url } = exchange;
    if (method === "GET") return Object.fromEntries(url.searchParams);
    if (body === "") return {};
    const type = headers.get("content-type") ?? "";
    if (isForm(type)) return formOf(exchange, type);
    if (headers.get("content-type")?.startsWith("application/json") !== true) {
      this.problems.push(`parameters as ${headers.get("content-type")}`);
      return {};
    }
    return JSON.parse(body) as Record<string, unknown>;
  }

  async #say(exchange: Exchange, outcome: unknown, subject: string): Promise<void> {
    const headers = { "content-type": "application/json" };
    if (!(outcome instanceof ApiError)) {
      return exchange.answer(200, headers, JSON.stringify({ ok: true, result: outcome }), this.#kills, subject);
    }
    const { code, message, parameters } = outcome;
    const body = { ok: false, error_code: code, description: message, ...(parameters && { parameters }) };
    await exchange.answer(code, headers, JSON.stringify(body), this.#kills, subject);
  }

  async #giveFile(exchange: Exchange, path: string): Promise<void> {
    const [, token = "", name] = FILE.exec(path) ?? [];
    const files = this.#bots.get(token)?.files.values() ?? [];
    const file = [...files].find((one) => one.path === name);
    if (file === undefined) return this.#say(exchange, new ApiError(404, "Not Found"), "");
    exchange.head(200, { "content-type": "application/octet-stream", "content-length": String(file.bytes.length) });
    await exchange.write(file.bytes);
    await exchange.end();
  }
}
