import { type KillOrders, NO_KILLS } from "../../kill-orders.ts";
import { marksIn, markText } from "../../marks.ts";
import { pause } from "../../poll.ts";
import { type Exchange, serve, type Served, type StandIn } from "../../stand-in.ts";
import { isMethod, PARAMS, perform, SlackError } from "./methods.ts";
import { Pace, Workspace } from "./workspace.ts";

/** How a call is answered. `cut` and `stall` come after it has taken effect: the caller cannot know. */
export type Reception = {
  delayMs?: number;
  how?: "answer" | "cut" | "stall";
  /** In place of doing anything. */
  refuse?: { error: string; status?: number; headers?: Record<string, string> };
};
export type SlackCall = {
  at: number;
  team: Workspace;
  method: string;
  params: Record<string, string>;
  /** `open`, `cut`, `stalled`, `ok`, or the error it was answered. */
  outcome: string;
};
export type ReceptionScript = (call: SlackCall) => Reception | Promise<Reception>;
export type SlackOptions = {
  port?: number;
  kills?: KillOrders;
  reception?: ReceptionScript;
  burst?: number;
  served?: Served;
};

/** The Web API on loopback. What its channels show is the truth about what reached people. */
export class SlackServer {
  readonly calls: SlackCall[] = [];
  readonly problems: string[] = [];
  readonly #teams: Workspace[] = [];
  readonly #kills: KillOrders;
  readonly #pace: Pace;
  reception: ReceptionScript;
  #stand: StandIn | undefined;

  private constructor({ kills = NO_KILLS, reception = () => ({}), burst = 5 }: SlackOptions) {
    this.#kills = kills;
    this.reception = reception;
    this.#pace = new Pace(burst);
  }

  static async start(options: SlackOptions = {}): Promise<SlackServer> {
    const server = new SlackServer(options);
    server.#stand = await serve((exchange) => server.#take(exchange), options.port, undefined, options.served);
    return server;
  }

  get apiUrl(): string {
    return `${this.#url}/api`;
  }

  newWorkspace(name: string): Workspace {
    const team = new Workspace(name);
    this.#teams.push(team);
    return team;
  }

  fileUrl(id: string): string {
    return `${this.#url}/files-pri/${id}`;
  }

  async close(): Promise<void> {
    await this.#stand?.close();
  }

  get #url(): string {
    if (this.#stand === undefined) throw new Error("Slack is not running");
    return this.#stand.url;
  }

  async #take(exchange: Exchange): Promise<void> {
    const token = exchange.headers.get("authorization")?.replace(/^Bearer /, "");
    const team = this.#teams.find((one) => one.token === token && !one.revoked);
    const [, area, name = ""] = exchange.url.pathname.split("/");
    if (area === "files-pri") return this.#giveFile(exchange, team, name);
    if (area === "upload") return this.#takeFile(exchange, name);
    if (team === undefined)
      return this.#say(exchange, new SlackError(token === undefined ? "not_authed" : "invalid_auth"), "");
    const params = this.#paramsOf(exchange);
    const call: SlackCall = { at: exchange.at, team, method: name, params, outcome: "open" };
    this.calls.push(call);
    const subject = `slack ${name} ${marksIn(JSON.stringify(params)).map(markText).join(" ")}`;
    // Time to notice that nobody is there any more: what nobody sent has no effect.
    if (this.#kills.reach("arrival", subject)) await pause(30);
    const { delayMs, how, refuse } = await this.reception(call);
    if (delayMs) await pause(delayMs);
    const outcome = refuse ? new SlackError(refuse.error, refuse.status, refuse.headers) : this.#perform(call);
    if (how === "cut" || how === "stall") {
      call.outcome = how === "cut" ? "cut" : "stalled";
      return how === "cut" ? exchange.cut() : exchange.hang();
    }
    call.outcome = outcome instanceof SlackError ? outcome.message : "ok";
    await this.#say(exchange, outcome, subject, team);
  }

  #perform({ team, method, params }: SlackCall): Record<string, unknown> | SlackError {
    if (!isMethod(method)) {
      this.problems.push(`no method ${method}`);
      return new SlackError("unknown_method");
    }
    const parsed = PARAMS[method].safeParse(params);
    if (!parsed.success) {
      const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
      this.problems.push(`${method}: ${issues.join("; ")}`);
      return new SlackError(
        issues.some((issue) => issue.startsWith("blocks")) ? "invalid_blocks" : "invalid_arguments",
      );
    }
    try {
      return perform(team, method, params, {
        pace: this.#pace,
        fileUrl: (id) => this.fileUrl(id),
        uploadUrl: (id) => `${this.#url}/upload/${id}`,
      });
    } catch (error) {
      if (error instanceof SlackError) return error;
      throw error;
    }
  }

  #paramsOf({ headers, body }: Exchange): Record<string, string> {
    if (body === "") return {};
    if (headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") === true) {
      return Object.fromEntries(new URLSearchParams(body));
    }
    this.problems.push(`parameters as ${headers.get("content-type")}`);
    return {};
  }

  async #say(
    exchange: Exchange,
    outcome: Record<string, unknown> | SlackError,
    subject: string,
    team?: Workspace,
  ): Promise<void> {
    const scopes: Record<string, string> = team === undefined ? {} : { "x-oauth-scopes": team.scopes.join(",") };
    const headers = { "content-type": "application/json; charset=utf-8", ...scopes };
    if (!(outcome instanceof SlackError)) {
      return exchange.answer(200, headers, JSON.stringify({ ok: true, ...outcome }), this.#kills, subject);
    }
    const body = JSON.stringify({ ok: false, error: outcome.message });
    await exchange.answer(outcome.status, { ...headers, ...outcome.headers }, body, this.#kills, subject);
  }

  /** The address is the permission; the token has no business here. */
  #takeFile(exchange: Exchange, id: string): Promise<void> {
    const file = this.#teams.map((team) => team.uploads.get(id)).find((one) => one !== undefined);
    if (exchange.headers.has("authorization")) this.problems.push("the token went along with an upload");
    if (file === undefined || file.length !== exchange.bytes.length) {
      this.problems.push(`an upload of ${exchange.bytes.length} bytes to ${id}`);
      return exchange.answer(400, {}, "", NO_KILLS, "");
    }
    file.bytes = exchange.bytes;
    return exchange.answer(200, {}, `OK - ${file.length}`, NO_KILLS, "");
  }

  /** Whoever may not see a file is shown the page for signing in. */
  async #giveFile(exchange: Exchange, team: Workspace | undefined, id: string): Promise<void> {
    const file = team?.files.get(id);
    if (file === undefined || team?.scopes.includes("files:read") !== true) {
      return exchange.answer(200, { "content-type": "text/html; charset=utf-8" }, "<html>Sign in</html>", NO_KILLS, "");
    }
    exchange.head(200, { "content-type": file.mime, "content-length": String(file.bytes.length) });
    await exchange.write(file.bytes);
    await exchange.end();
  }
}
