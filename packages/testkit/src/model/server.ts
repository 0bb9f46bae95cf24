import { type KillOrders, NO_KILLS } from "../kill-orders.ts";
import { pause } from "../poll.ts";
import { type Exchange, serve, type StandIn } from "../stand-in.ts";
import { type Behaviour, echo, type Script } from "./behaviour.ts";
import { ChatCall } from "./call.ts";
import { streamedAnswer, wholeAnswer } from "./wire.ts";

export type ModelServerOptions = {
  port?: number;
  kills?: KillOrders;
  /** What a model does that has no script of its own. */
  script?: Script;
  /** Off in long runs, where thousands of whole prompts would fill the memory. */
  keepCalls?: boolean;
};

/** An OpenAI-compatible chat completion server. Each model name may have its own script, so tests do not meet. */
export class ModelServer {
  readonly #stand: StandIn;
  readonly #scripts: Map<string, Script>;
  readonly calls: ChatCall[];
  readonly problems: string[];
  readonly totals: { calls: number; aborted: number; lastAt: number };

  private constructor(stand: StandIn, state: ModelState) {
    this.#stand = stand;
    this.#scripts = state.scripts;
    this.calls = state.calls;
    this.problems = state.problems;
    this.totals = state.totals;
  }

  static async start({
    port = 0,
    kills = NO_KILLS,
    script = echo(),
    keepCalls = true,
  }: ModelServerOptions = {}): Promise<ModelServer> {
    const state: ModelState = {
      scripts: new Map(),
      calls: [],
      problems: [],
      totals: { calls: 0, aborted: 0, lastAt: 0 },
    };
    const stand = await serve((exchange) => answer(exchange, state, { kills, script, keepCalls }), port);
    return new ModelServer(stand, state);
  }

  /** As it stands in a provider's record. */
  get baseUrl(): string {
    return `${this.#stand.url}/v1`;
  }

  script(model: string, script: Script): void {
    this.#scripts.set(model, script);
  }

  callsOf(model: string): ChatCall[] {
    return this.calls.filter((call) => call.model === model);
  }

  open(): number {
    return this.#stand.open();
  }

  close(): Promise<void> {
    return this.#stand.close();
  }
}

type ModelState = {
  scripts: Map<string, Script>;
  calls: ChatCall[];
  problems: string[];
  totals: { calls: number; aborted: number; lastAt: number };
};

async function answer(
  exchange: Exchange,
  state: ModelState,
  options: { kills: KillOrders; script: Script; keepCalls: boolean },
): Promise<void> {
  if (exchange.method !== "POST" || exchange.url.pathname !== "/v1/chat/completions") {
    state.problems.push(`${exchange.method} ${exchange.url.pathname}`);
    return exchange.answer(404, {}, "", NO_KILLS, "");
  }
  const call = new ChatCall(exchange.body, exchange.headers.get("authorization"));
  state.totals.calls++;
  state.totals.lastAt = call.at;
  if (options.keepCalls) state.calls.push(call);
  for (const problem of call.historyProblems()) state.problems.push(problem);
  exchange.gone.addEventListener("abort", () => {
    if (call.state === "open") state.totals.aborted++;
    end(call, "aborted");
  });
  const subject = `model ${call.model} ${call.conversation() ?? ""}`;
  options.kills.reach("arrival", subject);
  const script = state.scripts.get(call.model) ?? options.script;
  await perform(exchange, call, await script(call), options.kills, subject);
  end(call, "answered");
  state.totals.lastAt = Date.now();
}

function end(call: ChatCall, how: "answered" | "aborted"): void {
  if (call.state !== "open") return;
  call.state = how;
  call.endedAt = Date.now();
}

async function perform(
  exchange: Exchange,
  call: ChatCall,
  behaviour: Behaviour,
  kills: KillOrders,
  subject: string,
): Promise<void> {
  if (behaviour.delayMs) await pause(behaviour.delayMs);
  if (behaviour.stall === "before") return exchange.hang();
  if (behaviour.cut?.at === "before" && behaviour.cut.how === "reset") return exchange.cut();
  if (behaviour.raw !== undefined) {
    const headers = { "content-type": "application/json", ...behaviour.headers };
    return exchange.answer(behaviour.status ?? 200, headers, behaviour.raw, kills, subject);
  }
  if (call.stream) return performStream(exchange, call, behaviour, kills, subject);
  const body = wholeAnswer(call, behaviour);
  const headers = { "content-type": "application/json", ...behaviour.headers };
  if (behaviour.stall === "middle" || behaviour.cut !== undefined) {
    exchange.head(behaviour.status ?? 200, { ...headers, "content-length": String(Buffer.byteLength(body)) });
    await exchange.write(body.slice(0, Math.floor(body.length / 2)));
    return behaviour.stall === "middle" ? exchange.hang() : exchange.cut();
  }
  await exchange.answer(behaviour.status ?? 200, headers, body, kills, subject);
}

async function performStream(
  exchange: Exchange,
  call: ChatCall,
  behaviour: Behaviour,
  kills: KillOrders,
  subject: string,
): Promise<void> {
  const { body, end: last } = streamedAnswer(call, behaviour);
  const half = Math.floor(body.length / 2);
  exchange.head(behaviour.status ?? 200, { "content-type": "text/event-stream", ...behaviour.headers });
  for (const [index, frame] of body.entries()) {
    if (exchange.gone.aborted) return;
    if (index === half) {
      kills.reach("middle", subject);
      if (behaviour.stall === "middle") return exchange.hang();
      if (behaviour.cut !== undefined) return behaviour.cut.how === "reset" ? exchange.cut() : exchange.end();
    }
    await exchange.write(frame);
    if (behaviour.chunkDelayMs) await pause(behaviour.chunkDelayMs);
  }
  for (const frame of last) await exchange.write(frame);
  await exchange.end();
  kills.reach("after", subject);
}
