import { randomUUID } from "node:crypto";
import * as z from "zod";

import { type KillOrders, NO_KILLS } from "../../../kill-orders.ts";
import { pause } from "../../../poll.ts";
import { type Exchange, serve, type StandIn } from "../../../stand-in.ts";
import { addressIn, type Letter, problemsOf, type Reception, type ReceptionScript } from "../letter.ts";
import { type Answer, refusal } from "./answer.ts";
import { manage } from "./management.ts";
import type { PostmarkAccount } from "./account.ts";

const Header = z.strictObject({ Name: z.string(), Value: z.string() });
/** Strict: what the API does not know would be passed over in silence. */
const Email = z.strictObject({
  From: z.string(),
  To: z.string(),
  ReplyTo: z.string(),
  Subject: z.string().max(2000),
  TextBody: z.string(),
  HtmlBody: z.string(),
  MessageStream: z.string(),
  TrackOpens: z.literal(false),
  TrackLinks: z.literal("None"),
  Metadata: z.record(z.string().max(20), z.string().max(80)),
  Headers: z.array(Header),
  Attachments: z.array(z.strictObject({ Name: z.string(), ContentType: z.string(), Content: z.base64() })).optional(),
});

/** Postmark's API on loopback. `letters` is what lies in people's mailboxes. */
export class PostmarkServer {
  readonly letters: Letter[] = [];
  readonly problems: string[] = [];
  readonly #accounts = new Map<string, PostmarkAccount>();
  readonly #kills: KillOrders;
  reception: ReceptionScript = () => ({});
  #stand: StandIn | undefined;

  private constructor(kills: KillOrders) {
    this.#kills = kills;
  }

  static async start({ port, kills = NO_KILLS }: { port?: number; kills?: KillOrders } = {}): Promise<PostmarkServer> {
    const server = new PostmarkServer(kills);
    server.#stand = await serve((exchange) => server.#take(exchange), port);
    return server;
  }

  get url(): string {
    if (this.#stand === undefined) throw new Error("the stand-in is not running");
    return this.#stand.url;
  }

  admit(account: PostmarkAccount): PostmarkAccount {
    this.#accounts.set(account.token, account);
    return account;
  }

  lettersTo(address: string): Letter[] {
    return this.letters.filter(({ to }) => to === address);
  }

  async close(): Promise<void> {
    await this.#stand?.close();
  }

  async #take(exchange: Exchange): Promise<void> {
    const { method, url, headers } = exchange;
    const account = this.#accounts.get(headers.get("x-postmark-server-token") ?? "");
    if (account === undefined) return this.#say(exchange, refusal(401, 10, "Bad or missing Server API token"));
    if (headers.get("accept") !== "application/json") this.problems.push("Accept is not application/json");
    if (method === "POST" && url.pathname === "/email") return this.#send(exchange, account);
    return this.#say(exchange, manage(exchange, account));
  }

  async #send(exchange: Exchange, account: PostmarkAccount): Promise<void> {
    const read = this.#read(exchange, account);
    if ("status" in read) return this.#say(exchange, read);
    const subject = `postmark ${read.to} ${read.text}`;
    if (this.#kills.reach("arrival", subject)) await pause(30);
    const reception = this.reception(read.to);
    if (reception.status !== undefined && reception.status >= 300) {
      return this.#say(exchange, { status: reception.status, body: reception.body ?? {} }, reception, subject);
    }
    this.letters.push(read);
    const body = {
      To: read.to,
      SubmittedAt: new Date().toISOString(),
      MessageID: read.id,
      ErrorCode: 0,
      Message: "OK",
    };
    await this.#say(exchange, { status: 200, body }, reception, subject);
  }

  #read({ body }: Exchange, account: PostmarkAccount): Letter | Answer {
    const parsed = Email.safeParse(JSON.parse(body));
    if (!parsed.success) {
      this.problems.push(...parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`));
      return refusal(422, 402, "Invalid JSON");
    }
    const { data } = parsed;
    const to = addressIn(data.To);
    if (account.inactive.has(to)) return refusal(422, 406, `You tried to send to ${to}, which is inactive.`);
    if (!account.maySend(addressIn(data.From))) {
      this.problems.push(`from ${data.From}`);
      return refusal(422, 400, "The 'From' address is not a Sender Signature on your account.");
    }
    const all = Object.fromEntries(data.Headers.map(({ Name, Value }) => [Name, Value]));
    const { "Message-ID": own = "", "X-PM-KeepID": keeps, ...headers } = all;
    const id = randomUUID();
    const letter: Letter = {
      id,
      messageId: keeps === "true" && own !== "" ? own : `<${id}@mtasv.net>`,
      from: data.From,
      to,
      replyTo: data.ReplyTo,
      subject: data.Subject,
      text: data.TextBody,
      html: data.HtmlBody,
      headers,
      files: (data.Attachments ?? []).map(({ Name, ContentType, Content }) => ({
        name: Name,
        mime: ContentType,
        bytes: Buffer.from(Content, "base64"),
      })),
      tags: data.Metadata,
      asked: 1,
    };
    const problems = problemsOf(letter);
    this.problems.push(...problems);
    return problems.length > 0 ? refusal(422, 300, problems.join("; ")) : letter;
  }

  async #say(exchange: Exchange, { status, body }: Answer, reception: Reception = {}, subject = ""): Promise<void> {
    if (reception.how === "cut") return exchange.cut();
    if (reception.how === "stall") return exchange.hang();
    const headers = { "content-type": "application/json", ...reception.headers };
    await exchange.answer(status, headers, JSON.stringify(body), this.#kills, subject);
  }
}
