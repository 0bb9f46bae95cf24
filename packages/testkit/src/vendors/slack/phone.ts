import { createHmac } from "node:crypto";

import { pause } from "../../poll.ts";
import type { SlackServer } from "./server.ts";
import { nextTs, type Posted, type SlackFile, type Workspace } from "./workspace.ts";

type Body = { raw: string; type: "application/json" | "application/x-www-form-urlencoded" };
export type Answered = { status: number; body: string };

let serial = 0;
const seconds = (): number => Math.floor(Date.now() / 1000);

/** One signed request. A retry is the same body, signed anew, with headers that say so. */
export async function post(
  team: Workspace,
  { raw, type }: Body,
  retry?: { number: number; reason: string },
  secret = team.signingSecret,
): Promise<Answered> {
  if (team.url === null) throw new Error("the app has no request URL");
  const timestamp = String(seconds());
  const signature = createHmac("sha256", secret).update(`v0:${timestamp}:${raw}`).digest("hex");
  const response = await team.send(team.url, {
    method: "POST",
    body: raw,
    headers: {
      "content-type": type,
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": `v0=${signature}`,
      ...(retry && { "x-slack-retry-num": String(retry.number), "x-slack-retry-reason": retry.reason }),
    },
    signal: AbortSignal.timeout(10_000),
  });
  return { status: response.status, body: await response.text() };
}

/** Confirms the request URL as the vendor does when it is saved. */
export async function verifyUrl(team: Workspace): Promise<Answered> {
  return post(team, eventBody({ token: "x", challenge: "3eZbrw1aBm2rZgRNFdxV", type: "url_verification" }));
}

const eventBody = (body: unknown): Body => ({ raw: JSON.stringify(body), type: "application/json" });

/** One person in one channel or direct message. Resolves when the webhook has taken what was done. */
export class SlackPhone {
  readonly server: SlackServer;
  readonly team: Workspace;
  readonly user: string;
  readonly channel: string;
  last: Body | undefined;

  constructor(server: SlackServer, team: Workspace, channel: string, user = `U0PERSON${++serial}`) {
    this.server = server;
    this.team = team;
    this.channel = channel;
    this.user = user;
  }

  /** In a channel a mention is delivered twice, as the subscriptions to both kinds of event make it. */
  async say(text: string, { threadTs, files = [] }: { threadTs?: string; files?: SlackFile[] } = {}): Promise<string> {
    const ts = nextTs();
    const { channel, user, team } = this;
    team.messages.push({ channel, ts, threadTs, user, text, blocks: [], metadata: undefined, ours: false });
    const common = {
      user,
      ts,
      text,
      channel,
      event_ts: ts,
      ...(threadTs !== undefined && { thread_ts: threadTs, parent_user_id: this.#parentOf(threadTs) }),
      ...(files.length > 0 && { files: files.map((file) => this.#shared(file)) }),
    };
    const subtype = files.length > 0 ? { subtype: "file_share" } : {};
    await this.#event({ type: "message", channel_type: this.#type(), ...subtype, ...common });
    if (text.includes(`<@${team.botUserId}>`)) await this.#event({ type: "app_mention", ...common });
    return ts;
  }

  async edit(ts: string, text: string): Promise<void> {
    const previous = {
      type: "message",
      user: this.user,
      ts,
      text: this.team.messages.find((one) => one.ts === ts)?.text,
    };
    const event_ts = nextTs();
    const message = { ...previous, text, edited: { user: this.user, ts: event_ts } };
    await this.#event({
      type: "message",
      subtype: "message_changed",
      hidden: true,
      channel: this.channel,
      channel_type: this.#type(),
      ts: event_ts,
      event_ts,
      message,
      previous_message: previous,
    });
  }

  async press(message: Posted, title: string): Promise<void> {
    const key = message.blocks.flatMap(({ keys }) => keys ?? []).find(({ text }) => text === title);
    if (key === undefined) throw new Error(`there is no button "${title}"`);
    const { ts, threadTs } = message;
    const place = { message_ts: ts, channel_id: this.channel, ...(threadTs !== undefined && { thread_ts: threadTs }) };
    const payload = {
      type: "block_actions",
      user: { id: this.user, username: "lucia", name: "lucia", team_id: this.team.teamId },
      team: { id: this.team.teamId, domain: this.team.name },
      api_app_id: this.team.appId,
      container: { type: "message", ...place },
      channel: { id: this.channel, name: "x" },
      message: {
        type: "message",
        ts,
        user: this.team.botUserId,
        ...(threadTs !== undefined && { thread_ts: threadTs }),
      },
      actions: [
        {
          type: "button",
          action_id: key.action_id,
          value: key.value,
          text: { type: "plain_text", text: key.text },
          action_ts: nextTs(),
        },
      ],
    };
    await this.#deliver(formBody({ payload: JSON.stringify(payload) }));
  }

  async command(command: string, text: string): Promise<void> {
    await this.#deliver(
      formBody({
        team_id: this.team.teamId,
        channel_id: this.channel,
        user_id: this.user,
        user_name: "lucia",
        command,
        text,
        trigger_id: `${++serial}.1.x`,
      }),
    );
  }

  /** The bot's own message comes back to it. */
  async echo({ ts, threadTs, text }: Posted): Promise<void> {
    const { botId: bot_id, botUserId: user, appId: app_id } = this.team;
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    await this.#event({
      type: "message",
      channel: this.channel,
      channel_type: this.#type(),
      bot_id,
      app_id,
      user,
      ts,
      event_ts: ts,
      text,
      ...thread,
    });
  }

  redeliver(): Promise<Answered> {
    if (this.last === undefined) throw new Error("nothing was delivered yet");
    return post(this.team, this.last, { number: 1, reason: "http_timeout" });
  }

  #type(): string {
    return this.channel.startsWith("D") ? "im" : "channel";
  }

  #parentOf(ts: string): string | undefined {
    return this.team.messages.find((one) => one.ts === ts)?.user;
  }

  #shared({ id, name, mime, bytes, subtype }: SlackFile): unknown {
    const address = this.server.fileUrl(id);
    return {
      id,
      name,
      mimetype: mime,
      size: bytes.length,
      mode: "hosted",
      url_private: address,
      url_private_download: address,
      subtype,
    };
  }

  async #event(event: Record<string, unknown>): Promise<void> {
    const { teamId, appId, botUserId } = this.team;
    await this.#deliver(
      eventBody({
        token: "x",
        team_id: teamId,
        api_app_id: appId,
        event,
        type: "event_callback",
        event_id: `Ev${++serial}`,
        event_time: seconds(),
        authorizations: [
          { enterprise_id: null, team_id: teamId, user_id: botUserId, is_bot: true, is_enterprise_install: false },
        ],
      }),
    );
  }

  /** Three retries, as the vendor makes them, only sooner. */
  async #deliver(body: Body): Promise<void> {
    this.last = body;
    for (let number = 0; number <= 3; number++) {
      const retry = number === 0 ? undefined : { number, reason: "http_error" };
      const { status } = await post(this.team, body, retry).catch(() => ({ status: 0 }));
      if (status >= 200 && status < 300) return;
      await pause(100 * 2 ** number);
    }
    throw new Error("the webhook did not take the event");
  }
}

const formBody = (fields: Record<string, string>): Body => ({
  raw: new URLSearchParams(fields).toString(),
  type: "application/x-www-form-urlencoded",
});
