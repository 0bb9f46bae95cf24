import { messageOf } from "@charla/domain/errors";

import { pause } from "../../../poll.ts";
import { newSid, type NumberSettings, type TwilioAccountBook } from "../account.ts";
import type { TwilioServer } from "../server.ts";
import { type Params, signRequest } from "../sign.ts";
import { postWebhook } from "../webhooks.ts";
import { type RelayEnd, RelaySession } from "./relay.ts";
import { readTwiml, type Verb } from "./twiml.ts";

/** What the caller heard, in order: words of TwiML, or of the session of a socket. */
export type HeardOnCall = { by: "say" | "relay"; text: string; language: string; at: number };
export type CallState = "asking" | "relay" | "gather" | "dialling" | "over";
type Caller = { from: string; to: string; name?: string };

/** Pauses are not waited out, only kept in order. */
const PAUSE_MS = 60;
const MAX_STEPS = 500;

/** A telephone call to one of the account's numbers, played as Twilio plays it, with text in place of speech. */
export class TwilioCall {
  readonly sid = newSid("CA");
  readonly caller: Caller;
  readonly dialled: string[] = [];
  readonly sessions: RelaySession[] = [];
  state: CallState = "asking";
  readonly #server: TwilioServer;
  readonly #account: TwilioAccountBook;
  readonly #number: NumberSettings;
  readonly #said: HeardOnCall[] = [];
  readonly #startedAt = Date.now();
  #gather: Verb | undefined;
  #dial: Verb | undefined;
  #steps = 0;
  /** Webhooks of one call come one after the other. */
  #line: Promise<void> = Promise.resolve();

  private constructor(server: TwilioServer, account: TwilioAccountBook, number: NumberSettings, caller: Caller) {
    this.#server = server;
    this.#account = account;
    this.#number = number;
    this.caller = caller;
  }

  static async dial(server: TwilioServer, account: TwilioAccountBook, caller: Caller): Promise<TwilioCall> {
    const number = account.numbers.get(caller.to);
    if (number === undefined) throw new Error(`${caller.to} is no number of the account`);
    const call = new TwilioCall(server, account, number, caller);
    await call.#ask(number.voice_url, { CallStatus: "ringing" });
    return call;
  }

  /** Everything the caller has heard so far; what is still being spoken is as long as it is by now. */
  get heard(): HeardOnCall[] {
    const relayed = this.sessions.flatMap(({ cycles, language }) =>
      cycles.map(({ text, at, cutAt }) => ({ by: "relay" as const, text: (cutAt ?? text).trim(), language, at })),
    );
    return [...this.#said, ...relayed].toSorted((a, b) => a.at - b.at);
  }

  get texts(): string[] {
    return this.heard.map(({ text }) => text);
  }

  get session(): RelaySession {
    const session = this.sessions.at(-1);
    if (session === undefined) throw new Error("the call has no socket");
    return session;
  }

  /** Says something: over the socket, or as the answer to a question. */
  say(text: string): Promise<void> {
    if (this.state === "relay") return Promise.resolve(this.session.prompt(text));
    const language = this.#gather?.attributes["language"] ?? "";
    return this.#answer({ SpeechResult: text, Confidence: "0.9", Language: language });
  }

  /** Breaks in after these words, and then says something. */
  breakIn(heard: string, text: string): void {
    this.session.interrupt(heard, heard.length * 70);
    if (text !== "") this.session.prompt(text);
  }

  press(digits: string): Promise<void> {
    if (this.state !== "relay") return this.#answer({ Digits: digits });
    for (const digit of digits) this.session.press(digit);
    return Promise.resolve();
  }

  /** Says nothing for as long as Twilio listens. */
  silence(): Promise<void> {
    return this.#answer({ SpeechResult: "" });
  }

  /** What becomes of calling the person. */
  person(status: "completed" | "no-answer" | "busy" | "failed"): Promise<void> {
    const action = this.#dial?.attributes["action"];
    if (this.state !== "dialling" || action === undefined) throw new Error("nobody is being called");
    this.#dial = undefined;
    const params = { CallStatus: "in-progress", DialCallStatus: status, DialCallSid: newSid("CA") };
    return this.#ask(action, { ...params, ...(status === "completed" && { DialCallDuration: "30" }) });
  }

  drop(): void {
    this.session.drop();
  }

  async hangUp(): Promise<void> {
    if (this.state === "relay") this.session.hangUp();
    await this.#line;
    await this.#over("completed");
  }

  /** The vendor's own repetition of the last kind of request, with a word of ours if wanted. */
  post(params: Params, address = this.#number.voice_url): Promise<{ status: number; body: string }> {
    return postWebhook(this.#account, address, this.#params(params), { through: this.#server.through });
  }

  #answer(params: Params): Promise<void> {
    const action = this.#gather?.attributes["action"];
    if (this.state !== "gather" || action === undefined) throw new Error(`nobody listens: ${this.state}`);
    this.#gather = undefined;
    return this.#ask(action, { CallStatus: "in-progress", ...params });
  }

  #ask(address: string, params: Params): Promise<void> {
    this.state = "asking";
    const asking = this.#line.then(() => this.#askNow(address, params));
    this.#line = asking.catch((error: unknown) => this.#problem(messageOf(error)));
    return asking;
  }

  async #askNow(address: string, params: Params): Promise<void> {
    if (++this.#steps > MAX_STEPS) throw new Error("the call goes round in circles");
    let answer = await this.post(params, address);
    if (answer.status !== 200 && this.#number.voice_fallback_url !== "") {
      this.#problem(`11200, ${answer.status} from ${new URL(address).pathname}`);
      answer = await this.post({ ...params, ErrorCode: "11200", ErrorUrl: address }, this.#number.voice_fallback_url);
    }
    if (answer.status !== 200) throw new Error(`11200, ${answer.status} ${answer.body.slice(0, 200)}`);
    await this.#play(readTwiml(answer.body));
  }

  async #play(verbs: Verb[]): Promise<void> {
    for (const verb of verbs) {
      switch (verb.name) {
        case "Say":
          this.#hear(verb);
          break;
        case "Pause":
          await pause(PAUSE_MS);
          break;
        case "Redirect":
          return this.#askNow(verb.text, { CallStatus: "in-progress" });
        case "Gather":
          for (const inner of verb.verbs) if (inner.name === "Say") this.#hear(inner);
          this.#gather = verb;
          this.state = "gather";
          return;
        case "Connect":
          return this.#connect(verb);
        case "Dial":
          this.dialled.push(verb.verbs[0]?.text ?? "");
          this.#dial = verb;
          this.state = "dialling";
          return;
        default:
          return this.#over("completed");
      }
    }
    await this.#over("completed");
  }

  #connect(connect: Verb): void {
    const [relay] = connect.verbs;
    const { url = "", language = "", welcomeGreeting } = relay?.attributes ?? {};
    const { action } = connect.attributes;
    if (!url.startsWith("wss:") && !/^ws:\/\/(localhost|127\.)/.test(url)) this.#problem(`64101, not wss: ${url}`);
    if (action === undefined) return this.#problem("nobody hears of the end of the session");
    const sessionId = newSid("VX");
    const since = Date.now();
    if (welcomeGreeting !== undefined) this.#hear({ ...connect, text: welcomeGreeting, attributes: { language } });
    const { from, to } = this.caller;
    this.state = "relay";
    this.sessions.push(
      new RelaySession({
        url: this.#server.socketAddress(url),
        signature: signRequest(this.#account.token, url),
        setup: { sessionId, accountSid: this.#account.sid, callSid: this.sid, from, to },
        language,
        problem: (text) => this.#problem(text),
        ended: (end) => this.#sessionEnded(action, sessionId, since, end),
      }),
    );
  }

  #sessionEnded(action: string, sessionId: string, since: number, { status, handoffData }: RelayEnd): void {
    const over = status === "completed";
    const params = {
      SessionId: sessionId,
      SessionStatus: status,
      SessionDuration: String(Math.round((Date.now() - since) / 1000)),
      CallStatus: over ? "completed" : "in-progress",
      ...(handoffData !== undefined && { HandoffData: handoffData }),
    };
    // What a caller who is gone would be told is nobody's business.
    if (over) this.#line = this.#line.then(async () => void (await this.post(params, action)));
    else void this.#ask(action, params).catch(() => undefined);
  }

  #hear({ text, attributes }: Verb): void {
    this.#said.push({ by: "say", text, language: attributes["language"] ?? "", at: performance.now() });
  }

  async #over(status: string): Promise<void> {
    if (this.state === "over") return;
    this.state = "over";
    const callback = this.#number.status_callback;
    if (callback === "") return;
    const seconds = Math.max(1, Math.ceil((Date.now() - this.#startedAt) / 1000));
    const params = { CallStatus: status, CallDuration: String(seconds), CallbackSource: "call-progress-events" };
    const answer = await this.post(params, callback);
    if (answer.status !== 200) this.#problem(`11200, ${answer.status} for the end of the call`);
  }

  #params(params: Params): Params {
    const { from, to, name } = this.caller;
    const common = {
      CallSid: this.sid,
      AccountSid: this.#account.sid,
      ApiVersion: "2010-04-01",
      Direction: "inbound",
      From: from,
      To: to,
      ...(name !== undefined && { CallerName: name }),
    };
    return { ...common, ...params };
  }

  #problem(text: string): void {
    this.#server.problems.push(`call ${this.sid}: ${text}`);
  }
}
