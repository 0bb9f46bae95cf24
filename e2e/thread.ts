import type { HttpAccount } from "@charla/testkit/charla/furnish";
import { listAt, textAt } from "@charla/testkit/charla/api";
import { bare, message, type WireEvent } from "@charla/testkit/integrator/events";
import { type Answered, send, type Sending } from "@charla/testkit/integrator/sender";
import type { Callback, Integrator } from "@charla/testkit/integrator/server";
import type { ChatCall } from "@charla/testkit/model/call";
import type { ModelServer } from "@charla/testkit/model/server";
import { until } from "@charla/testkit/poll";
import { WebSocket } from "ws";

let serial = 0;

type Outside = { model: ModelServer; integrator: Integrator; url: string };
type Row = Record<string, unknown>;

/** One thread of one account as the outside sees it: what is sent, what the model is asked, what comes back. */
export class Thread {
  readonly account: HttpAccount;
  readonly name: string;
  readonly model: string;
  readonly #outside: Outside;
  #conversationId: string | undefined;

  constructor(outside: Outside, account: HttpAccount, model: string) {
    this.#outside = outside;
    this.account = account;
    this.model = model;
    this.name = `t${++serial}`;
  }

  /** Another person writing to the same account. */
  sibling(): Thread {
    return new Thread(this.#outside, this.account, this.model);
  }

  get sending(): Sending {
    return { url: this.account.webhookUrl, secret: this.account.secret };
  }

  message(n: number, text?: string, more?: Record<string, unknown>): WireEvent & { id: string } {
    return message(this.name, n, text, more);
  }

  send(events: WireEvent | WireEvent[], more: Partial<Sending> = {}): Promise<Answered> {
    return send(events, { ...this.sending, ...more });
  }

  async say(n: number, text?: string, more?: Record<string, unknown>): Promise<void> {
    const { status, body } = await this.send(this.message(n, text, more));
    if (status !== 200) throw new Error(`message ${n} was answered ${status}: ${body}`);
  }

  id(n: number): string {
    return `${this.name}-${n}`;
  }

  /** What a receiver shows that keeps webhook ids: every message once. */
  replies(): Callback[] {
    return this.#outside.integrator.messages(this.account.account, this.name);
  }

  /** Every callback of the thread, repeats included. */
  callbacks(): Callback[] {
    return this.#outside.integrator.callbacks.filter(
      ({ account, payload }) => account === this.account.account && payload.conversation === this.name,
    );
  }

  replyTo(n: number, deadlineMs?: number): Promise<Callback> {
    const found = (): Callback | undefined =>
      this.replies().find(({ payload }) => payload.inReplyTo.includes(this.id(n)));
    return until(`a reply to ${this.id(n)}`, found, { deadlineMs });
  }

  /** What the model was asked on behalf of this thread, in order. */
  calls(): ChatCall[] {
    return this.#outside.model.callsOf(this.model).filter((call) => (call.conversation() ?? this.name) === this.name);
  }

  /** Found as a client finds it: in the tenant's list, which the projection fills. */
  async conversationId(): Promise<string> {
    this.#conversationId ??= await until(`the conversation of ${this.name}`, async () => {
      const page = await this.account.tenant.api.get(`/v1/conversations?channelId=${this.account.channelId}&limit=100`);
      const found = (listAt(page, "data") as Row[]).find((row) => row["thread"] === this.name);
      return found === undefined ? undefined : textAt(found, "id");
    });
    return this.#conversationId;
  }

  async conversation(): Promise<Row> {
    return (await this.account.tenant.api.get(`/v1/conversations/${await this.conversationId()}`)) as Row;
  }

  /** Newest first, with their steps. */
  async turns(): Promise<Row[]> {
    return listAt(
      await this.account.tenant.api.get(`/v1/conversations/${await this.conversationId()}/turns`),
      "data",
    ) as Row[];
  }

  async messages(): Promise<Row[]> {
    return listAt(
      await this.account.tenant.api.get(`/v1/conversations/${await this.conversationId()}/messages`),
      "data",
    ) as Row[];
  }

  async act(verb: "take-over" | "hand-back" | "pause", body: unknown = {}): Promise<unknown> {
    return this.account.tenant.api.post(`/v1/conversations/${await this.conversationId()}/${verb}`, body);
  }

  /** A member of the tenant answers; the conversation is theirs from then on. */
  async answerAsPerson(text: string): Promise<void> {
    await this.account.tenant.api.post(`/v1/conversations/${await this.conversationId()}/messages`, { text });
  }

  async echoFromPhone(text: string): Promise<void> {
    await this.send(bare("human_echo", this.name, { text }));
  }

  /** An operator's live view; while one is open, answers are streamed. */
  async watch(): Promise<{ frames: Row[]; close: () => void }> {
    const url = new URL(
      `/v1/conversations/${await this.conversationId()}/live`,
      this.#outside.url.replace(/^http/, "ws"),
    );
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${this.account.tenant.key}` } });
    const frames: Row[] = [];
    socket.on("message", (data) => frames.push(JSON.parse(String(data)) as Row));
    socket.on("error", (error) => frames.push({ type: "socket-error", error: error.message }));
    await until("the live view is open", () => frames.length > 0);
    return { frames, close: () => socket.close() };
  }
}
