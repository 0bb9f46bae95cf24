import { type KillOrders, NO_KILLS } from "../kill-orders.ts";
import { pause } from "../poll.ts";
import { type Exchange, serve, type StandIn } from "../stand-in.ts";

export type ToolPath = "read" | "keyed" | "unsafe";
export type ToolRequestSeen = { at: number; path: ToolPath; key: string | null; ref: string; body: string };
/** Something that happened in the world. A keyed effect happens once per key, however often it is asked for. */
export type Effect = { at: number; path: ToolPath; key: string | null; ref: string };

export type ToolReception = {
  status?: number;
  body?: string;
  headers?: Record<string, string>;
  delayMs?: number;
  how?: "answer" | "cut" | "stall";
  effect?: boolean;
};
export type ToolScript = (request: ToolRequestSeen) => ToolReception | Promise<ToolReception>;
export type ToolServerOptions = { port?: number; kills?: KillOrders; script?: ToolScript };

/** The outside that tools act on: `GET /read?ref=`, `POST /keyed` and `POST /unsafe` with `{"ref": …}`. */
export class ToolServer {
  readonly requests: ToolRequestSeen[] = [];
  readonly effects: Effect[] = [];
  readonly problems: string[] = [];
  readonly #scripts = new Map<string, ToolScript>();
  readonly #answers = new Map<string, { body: string; answer: string }>();
  readonly #kills: KillOrders;
  readonly #script: ToolScript;
  #stand: StandIn | undefined;
  lastAt = 0;

  private constructor({ kills = NO_KILLS, script = () => ({}) }: ToolServerOptions) {
    this.#kills = kills;
    this.#script = script;
  }

  static async start(options: ToolServerOptions = {}): Promise<ToolServer> {
    const server = new ToolServer(options);
    server.#stand = await serve((exchange) => server.#take(exchange), options.port);
    return server;
  }

  get url(): string {
    return this.#running().url;
  }

  /** For the requests whose reference starts so; others follow the server's own script. */
  script(refPrefix: string, script: ToolScript): void {
    this.#scripts.set(refPrefix, script);
  }

  effectsOf(refPrefix: string, path?: ToolPath): Effect[] {
    return this.effects.filter(
      (effect) => effect.ref.startsWith(refPrefix) && (path === undefined || effect.path === path),
    );
  }

  open(): number {
    return this.#running().open();
  }

  close(): Promise<void> {
    return this.#running().close();
  }

  #running(): StandIn {
    if (this.#stand === undefined) throw new Error("the tool server is not running");
    return this.#stand;
  }

  async #take(exchange: Exchange): Promise<void> {
    const seen = this.#read(exchange);
    if (seen === undefined) {
      this.problems.push(`${exchange.method} ${exchange.url.pathname}`);
      return exchange.answer(404, {}, "{}", NO_KILLS, "");
    }
    const [, own] = [...this.#scripts].find(([prefix]) => seen.ref.startsWith(prefix)) ?? [];
    const reception = await (own ?? this.#script)(seen);
    // The effect stands before anything can be killed: that is the case in which a caller that repeats does harm.
    const answer = reception.effect === false ? "{}" : this.#effect(seen);
    const subject = `tool ${seen.path} ${seen.ref}`;
    this.#kills.reach("arrival", subject);
    if (reception.delayMs) await pause(reception.delayMs);
    if (reception.how === "cut") return exchange.cut();
    if (reception.how === "stall") return exchange.hang();
    const headers = { "content-type": "application/json", ...reception.headers };
    await exchange.answer(reception.status ?? 200, headers, reception.body ?? answer, this.#kills, subject);
    this.lastAt = Date.now();
  }

  #read(exchange: Exchange): ToolRequestSeen | undefined {
    const path = exchange.url.pathname.slice(1);
    const at = (this.lastAt = exchange.at);
    const key = exchange.headers.get("idempotency-key");
    if (exchange.method === "GET" && path === "read") {
      const seen = { at, path, key, ref: exchange.url.searchParams.get("ref") ?? "", body: "" } as const;
      this.requests.push(seen);
      return seen;
    }
    if (exchange.method !== "POST" || (path !== "keyed" && path !== "unsafe")) return undefined;
    const parsed: unknown = JSON.parse(exchange.body);
    const ref = typeof parsed === "object" && parsed !== null && "ref" in parsed ? String(parsed.ref) : "";
    const seen = { at, path, key, ref, body: exchange.body } as const;
    this.requests.push(seen);
    return seen;
  }

  #effect(seen: ToolRequestSeen): string {
    if (seen.path === "read") return JSON.stringify({ ref: seen.ref, value: `value of ${seen.ref}` });
    if (seen.path === "keyed" && seen.key === null) this.problems.push(`no idempotency key for ${seen.ref}`);
    const known = seen.path === "keyed" && seen.key !== null ? this.#answers.get(seen.key) : undefined;
    if (known !== undefined) {
      if (known.body !== seen.body) this.problems.push(`key ${seen.key} came again with another body`);
      return known.answer;
    }
    this.effects.push({ at: seen.at, path: seen.path, key: seen.key, ref: seen.ref });
    const answer = JSON.stringify({ ref: seen.ref, done: this.effects.length });
    if (seen.key !== null) this.#answers.set(seen.key, { body: seen.body, answer });
    return answer;
  }
}
