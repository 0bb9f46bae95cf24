import { createHash, randomUUID } from "node:crypto";

import { type KillOrders, NO_KILLS } from "../../../kill-orders.ts";
import { pause } from "../../../poll.ts";
import { type Exchange, serve, type Served, type StandIn } from "../../../stand-in.ts";
import { addressIn, type Letter, type Reception, type ReceptionScript } from "../letter.ts";
import { readEmail } from "./rules.ts";
import { type Answer, refusal } from "./answer.ts";
import { manage } from "./management.ts";
import type { ResendTeam } from "./team.ts";
import { wholeOf } from "./webhooks.ts";

type ResendOptions = { port?: number; kills?: KillOrders; served?: Served };

const JSON_TYPE = { "content-type": "application/json" };

/** Resend's API on loopback. `letters` is what lies in people's mailboxes. */
export class ResendServer {
  readonly letters: Letter[] = [];
  readonly problems: string[] = [];
  readonly #teams = new Map<string, ResendTeam>();
  /** Answers by idempotency key, with the fingerprint of what was asked. */
  readonly #answers = new Map<string, { print: string; letter: Letter }>();
  readonly #kills: KillOrders;
  reception: ReceptionScript = () => ({});
  #stand: StandIn | undefined;

  private constructor(kills: KillOrders) {
    this.#kills = kills;
  }

  static async start({ port, kills = NO_KILLS, served }: ResendOptions = {}): Promise<ResendServer> {
    const server = new ResendServer(kills);
    server.#stand = await serve((exchange) => server.#take(exchange), port, undefined, served);
    return server;
  }

  get url(): string {
    if (this.#stand === undefined) throw new Error("the stand-in is not running");
    return this.#stand.url;
  }

  admit(team: ResendTeam): ResendTeam {
    this.#teams.set(team.key, team);
    return team;
  }

  lettersTo(address: string): Letter[] {
    return this.letters.filter(({ to }) => to === address);
  }

  async close(): Promise<void> {
    await this.#stand?.close();
  }

  async #take(exchange: Exchange): Promise<void> {
    const { method, url, headers } = exchange;
    if (url.pathname.startsWith("/files/")) return this.#giveFile(exchange);
    const team = this.#teams.get((headers.get("authorization") ?? "").replace(/^Bearer /, ""));
    if (team === undefined) return this.#say(exchange, refusal(401, "invalid_api_key", "API key is invalid"));
    if (method === "POST" && url.pathname === "/emails") return this.#send(exchange, team);
    if (team.sendsOnly) {
      return this.#say(exchange, refusal(401, "restricted_api_key", "This API key is restricted to only send emails"));
    }
    return this.#say(exchange, this.#receivedIn(exchange, team) ?? manage(exchange, team));
  }

  async #send(exchange: Exchange, team: ResendTeam): Promise<void> {
    const key = exchange.headers.get("idempotency-key") ?? "";
    if (key === "" || key.length > 256) this.problems.push(`idempotency key: ${key}`);
    const read = readEmail(JSON.parse(exchange.body), randomUUID());
    if ("problems" in read) {
      this.problems.push(...read.problems);
      return this.#say(exchange, refusal(422, "validation_error", read.problems.join("; ")));
    }
    const { letter } = read;
    if (!team.maySend(addressIn(letter.from))) {
      this.problems.push(`from ${letter.from}`);
      return this.#say(exchange, refusal(403, "validation_error", "The domain is not verified."));
    }
    const subject = `resend ${letter.to} ${letter.text}`;
    if (this.#kills.reach("arrival", subject)) await pause(30);
    const reception = this.reception(letter.to);
    if (reception.status !== undefined && reception.status >= 300) {
      return this.#say(exchange, { status: reception.status, body: reception.body ?? {} }, reception, subject);
    }
    const print = createHash("sha256").update(exchange.bytes).digest("hex");
    const known = this.#answers.get(`${team.key} ${key}`);
    if (known !== undefined && known.print !== print) {
      this.problems.push(`another mail under the key ${key}`);
      return this.#say(exchange, refusal(409, "invalid_idempotent_request", "another payload"));
    }
    if (known === undefined) {
      this.letters.push(letter);
      this.#answers.set(`${team.key} ${key}`, { print, letter });
    } else known.letter.asked++;
    const { id } = known?.letter ?? letter;
    await this.#say(exchange, { status: 200, body: { id } }, reception, subject);
  }

  #receivedIn({ method, url }: Exchange, team: ResendTeam): Answer | null {
    const [, mail = "", file] = /^\/emails\/receiving\/([\w-]+)(?:\/attachments\/([\w-]+))?$/.exec(url.pathname) ?? [];
    if (method !== "GET" || mail === "") return null;
    const received = team.received.get(mail);
    const attachment = received?.files.find(({ id }) => id === file);
    if (received === undefined || (file !== undefined && attachment === undefined))
      return refusal(404, "not_found", "Email not found");
    if (file === undefined) return { status: 200, body: wholeOf(received) };
    const download = `${this.url}/files/${team.key}/${mail}/${file}?signature=1`;
    return { status: 200, body: { object: "attachment", id: file, download_url: download } };
  }

  /** The signed link is the permission; a key that comes along has leaked. */
  async #giveFile(exchange: Exchange): Promise<void> {
    if (exchange.headers.has("authorization")) this.problems.push("the key was sent to where files lie");
    const [, , key = "", mail = "", file = ""] = exchange.url.pathname.split("/");
    const received = this.#teams.get(key)?.received.get(mail);
    const index = received?.files.find(({ id }) => id === file)?.index;
    const stored = index === undefined ? undefined : received?.draft.files[index];
    if (stored === undefined) return exchange.answer(404, {}, "", NO_KILLS, "");
    return exchange.answer(200, { "content-type": stored.mime }, stored.bytes, NO_KILLS, "");
  }

  async #say(exchange: Exchange, { status, body }: Answer, reception: Reception = {}, subject = ""): Promise<void> {
    if (reception.how === "cut") return exchange.cut();
    if (reception.how === "stall") return exchange.hang();
    const text = typeof body === "string" ? body : JSON.stringify(body);
    await exchange.answer(status, { ...JSON_TYPE, ...reception.headers }, text, this.#kills, subject);
  }
}
