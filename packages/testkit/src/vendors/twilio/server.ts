import { messageOf } from "@charla/domain/errors";

import { type KillOrders, NO_KILLS } from "../../kill-orders.ts";
import { pause } from "../../poll.ts";
import { type Exchange, serve, type Served, type StandIn } from "../../stand-in.ts";
import { fetchLinked } from "../fetched-file.ts";
import { type Accepted, newSid, TwilioAccountBook } from "./account.ts";
import { isTooLate, readMessage, type Wanted } from "./messages.ts";
import { setUp } from "./set-up.ts";
import { reportStatus } from "./webhooks.ts";

/** How a message is taken. `cut` and `stall` come after it was accepted: the sender cannot know. */
export type Reception = {
  status?: number;
  code?: number;
  headers?: Record<string, string>;
  delayMs?: number;
  how?: "answer" | "cut" | "stall";
  /** What Twilio reports afterwards, in this order. */
  statuses?: string[];
};
export type ReceptionScript = (message: Wanted) => Reception | Promise<Reception>;
export type TwilioOptions = { port?: number; kills?: KillOrders; reception?: ReceptionScript; served?: Served };

/** Twilio's REST API for messages, on loopback, for all of its hosts at once. */
export class TwilioServer {
  readonly messages: Accepted[] = [];
  readonly problems: string[] = [];
  /** Where webhooks are really served, where that is not the name they are signed under. */
  through: string | undefined;
  readonly files = new Map<string, { mime: string; bytes: string | Buffer }>();
  readonly #accounts = new Map<string, TwilioAccountBook>();
  readonly #kills: KillOrders;
  #reception: ReceptionScript;
  #stand: StandIn | undefined;
  #store: StandIn | undefined;

  private constructor({ kills = NO_KILLS, reception = () => ({}) }: TwilioOptions) {
    this.#kills = kills;
    this.#reception = reception;
  }

  static async start(options: TwilioOptions = {}): Promise<TwilioServer> {
    const server = new TwilioServer(options);
    server.#stand = await serve((exchange) => server.#take(exchange), options.port, undefined, options.served);
    // Files are at another host, as at Twilio: what follows the redirect must leave the password behind.
    server.#store = await serve((exchange) => server.#giveFile(exchange));
    return server;
  }

  get url(): string {
    if (this.#stand === undefined) throw new Error("the stand-in is not running");
    return this.#stand.url;
  }

  /** Where the address of a socket is really served. */
  socketAddress(url: string): string {
    const origin = this.through?.replace(/^http/, "ws");
    return origin === undefined ? url : origin + url.slice(new URL(url).origin.length);
  }

  openAccount(token: string): TwilioAccountBook {
    const account = new TwilioAccountBook(token);
    this.#accounts.set(account.sid, account);
    return account;
  }

  receive(script: ReceptionScript): void {
    this.#reception = script;
  }

  /** What a telephone shows: every message that was accepted for it. */
  shown(to: string): Accepted[] {
    return this.messages.filter((message) => message.to === to);
  }

  keepFile(account: TwilioAccountBook, mime: string, bytes: string | Buffer): string {
    const sid = newSid("ME");
    this.files.set(sid, { mime, bytes });
    return `${this.url}/2010-04-01/Accounts/${account.sid}/Messages/${newSid("MM")}/Media/${sid}`;
  }

  async close(): Promise<void> {
    await Promise.all([this.#stand?.close(), this.#store?.close()]);
  }

  #ownerOf(exchange: Exchange): TwilioAccountBook | undefined {
    const authorization = exchange.headers.get("authorization") ?? "";
    return [...this.#accounts.values()].find((account) => account.mayEnter(authorization));
  }

  async #take(exchange: Exchange): Promise<void> {
    const { method, url, body } = exchange;
    const account = this.#ownerOf(exchange);
    const named = /^\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})/.exec(url.pathname)?.[1];
    if (account === undefined || (named !== undefined && named !== account.sid)) {
      this.problems.push(`wrong credentials for ${method} ${url.pathname}`);
      return this.#say(exchange, 401, { code: 20003, message: "Authenticate", status: 401 });
    }
    const form = new URLSearchParams(body);
    if (method === "POST" && url.pathname.endsWith("/Messages.json")) return this.#create(exchange, account, form);
    const file = /\/Media\/(ME[0-9a-f]{32})$/.exec(url.pathname)?.[1];
    // Where the file really is, the address is the permission and a password has no business.
    const location = `${this.#store?.url}/stored/${file}?signed=1`;
    if (file !== undefined) return exchange.answer(307, { location }, "", NO_KILLS, "");
    if (url.pathname === "/v2/Indicators/Typing.json") return this.#showTyping(exchange, account, form);
    const reply = setUp(account, { method, path: url.pathname, query: url.searchParams, form, body });
    return this.#say(exchange, reply.status, reply.body);
  }

  async #create(exchange: Exchange, account: TwilioAccountBook, form: URLSearchParams): Promise<void> {
    const wanted = readMessage(account, form);
    if ("code" in wanted) {
      if (wanted.code !== 21610)
        this.problems.push(`${wanted.code} ${wanted.message}: ${form.toString().slice(0, 300)}`);
      return this.#say(exchange, wanted.status, wanted);
    }
    const subject = `twilio ${wanted.to} ${wanted.text}`;
    // Time to notice that nobody is there any more: an answer that nobody reads has not been given.
    if (this.#kills.reach("arrival", subject)) await pause(30);
    const reception = await this.#reception(wanted);
    if (reception.delayMs) await pause(reception.delayMs);
    const { status = 201, code, headers } = reception;
    if (status >= 300) return this.#say(exchange, status, { code, message: "refused by the test", status }, headers);
    const message = this.#record(account, wanted);
    for (const url of wanted.media) {
      const file = await fetchLinked(url);
      if (typeof file === "string") this.problems.push(`media of ${message.sid}: ${file}: ${url}`);
      else if (file !== null) message.files.push(file);
    }
    const late = isTooLate(account, wanted, Date.now());
    const words = late ? ["failed"] : (reception.statuses ?? ["sent", "delivered"]);
    const reporting = this.report(message, words, late ? 63016 : undefined);
    if (reception.how === "cut" || reception.how === "stall") {
      message.outcome = reception.how === "cut" ? "cut" : "stalled";
      if (reception.how === "cut") exchange.cut();
      else await exchange.hang();
      await reporting;
      return;
    }
    await this.#say(exchange, status, { sid: message.sid, status: "queued", error_code: null }, headers, subject);
    message.outcome = exchange.gone.aborted ? "cut" : status;
    await reporting;
  }

  /** What becomes of a message, told to whoever sent it. */
  async report(message: Accepted, statuses: string[], errorCode?: number): Promise<void> {
    const account = this.#accounts.get(message.account);
    try {
      if (account !== undefined) await reportStatus(account, message, statuses, { errorCode, through: this.through });
    } catch (error) {
      this.problems.push(`status of ${message.sid}: ${messageOf(error)}`);
    }
  }

  #record(account: TwilioAccountBook, wanted: Wanted): Accepted {
    const ownId = URL.parse(wanted.statusCallback)?.searchParams.get("m") ?? "";
    const repeat = this.messages.filter((message) => ownId !== "" && message.ownId === ownId).length;
    const at = Date.now();
    const message: Accepted = {
      sid: newSid("SM"),
      at,
      account: account.sid,
      ownId,
      repeat,
      outcome: "open",
      files: [],
      ...wanted,
    };
    this.messages.push(message);
    return message;
  }

  #showTyping(exchange: Exchange, account: TwilioAccountBook, form: URLSearchParams): Promise<void> {
    const id = form.get("messageId") ?? "";
    if (form.get("channel") !== "whatsapp" || !account.inbound.has(id)) {
      this.problems.push(`typing for ${id}, which nobody wrote`);
      return this.#say(exchange, 400, { code: 20001, message: "Invalid messageId", status: 400 });
    }
    account.typing.push(id);
    return this.#say(exchange, 200, { success: true });
  }

  #giveFile(exchange: Exchange): Promise<void> {
    if (exchange.headers.has("authorization")) this.problems.push("the password went along with a redirect");
    const file = this.files.get(exchange.url.pathname.slice("/stored/".length));
    if (file === undefined) return exchange.answer(404, {}, "", NO_KILLS, "");
    return exchange.answer(200, { "content-type": file.mime }, file.bytes, NO_KILLS, "");
  }

  #say(
    exchange: Exchange,
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
    subject = "",
  ): Promise<void> {
    const kills = subject === "" ? NO_KILLS : this.#kills;
    const all = { "content-type": "application/json", ...headers };
    return exchange.answer(status, all, JSON.stringify(body), kills, subject);
  }
}
