import { SlackPhone, verifyUrl } from "@charla/testkit/vendors/slack/phone";
import { SlackServer } from "@charla/testkit/vendors/slack/server";
import type { Posted, Workspace } from "@charla/testkit/vendors/slack/workspace";
import type { Choices } from "../../shared/protocol.ts";
import {
  type ChannelWish,
  type Contact,
  type Driver,
  mustHave,
  type Sink,
  type Upload,
  type Words,
} from "../driver.ts";
import { freshDigits } from "../fresh-id.ts";
import { slackText } from "../text/marked-text.ts";
import type { Watch } from "../wire.ts";

export async function startSlack(
  sink: Sink,
  watch: Watch,
): Promise<{ driver: SlackDriver; close: () => Promise<void> }> {
  const server = await SlackServer.start({
    served: (exchange) => {
      watch.served("slack", exchange);
      driver.collect();
    },
  });
  const team = server.newWorkspace("lacadena");
  team.send = watch.send;
  const driver = new SlackDriver(server, team, sink);
  return { driver, close: () => server.close() };
}

/** Direct messages with the app of a workspace. */
export class SlackDriver implements Driver {
  readonly kind = "slack";
  readonly label = "Slack";
  readonly business = { name: "La Cadena", address: "lacadena.slack.com" };
  readonly channel: ChannelWish;
  readonly reports = [] as const;
  readonly #server: SlackServer;
  readonly #team: Workspace;
  readonly #sink: Sink;
  readonly #phones = new Map<string, SlackPhone>();
  #messagesSeen = 0;
  #statusesSeen = 0;

  constructor(server: SlackServer, team: Workspace, sink: Sink) {
    this.#server = server;
    this.#team = team;
    this.#sink = sink;
    this.channel = {
      kind: "slack",
      name: "Slack (simulador)",
      config: { apiUrl: server.apiUrl },
      secrets: { botToken: team.token, signingSecrets: [team.signingSecret] },
    };
  }

  /** Slack's own page is where an app's address is entered. */
  async attach(webhookUrl: string): Promise<void> {
    this.#team.url = webhookUrl;
    const { status } = await verifyUrl(this.#team);
    if (status !== 200) throw new Error(`the request URL was not confirmed: ${status}`);
  }

  newContact(name: string): Contact {
    const digits = freshDigits(10);
    const channel = `D0${digits}`;
    this.#team.channels.set(channel, { name: "directmessage", member: true, archived: false });
    this.#phones.set(channel, new SlackPhone(this.#server, this.#team, channel, `U0${digits}`));
    return { id: channel, name, address: `@${name.split(" ")[0]?.toLowerCase() ?? name}` };
  }

  say(contact: string, { text }: Words): Promise<string> {
    return mustHave(this.#phones, contact).say(text);
  }

  sendFile(contact: string, { bytes, name, mime, kind }: Upload): Promise<string> {
    const file = this.#team.keep(bytes, name, mime, kind === "voice" ? "slack_audio" : undefined);
    return mustHave(this.#phones, contact).say("", { files: [file] });
  }

  async tap(contact: string, id: string, { title }: { title: string }): Promise<string> {
    const posted = this.#team.messages.find((message) => message.ts === id);
    if (posted === undefined) throw new Error(`there is no message ${id}`);
    await mustHave(this.#phones, contact).press(posted, title);
    return `${id}-press`;
  }

  edit(contact: string, id: string, text: string): Promise<void> {
    return mustHave(this.#phones, contact).edit(id, text);
  }

  async redeliver(contact: string): Promise<number> {
    return (await mustHave(this.#phones, contact).redeliver()).status;
  }

  collect(): void {
    const { messages, statuses } = this.#team;
    for (const posted of messages.slice(this.#messagesSeen)) {
      if (posted.ours && this.#phones.has(posted.channel)) this.#arrive(posted);
    }
    this.#messagesSeen = messages.length;
    for (const { channel, status } of statuses.slice(this.#statusesSeen)) {
      if (status !== "" && this.#phones.has(channel)) this.#sink.typing(channel);
    }
    this.#statusesSeen = statuses.length;
  }

  #arrive(posted: Posted): void {
    const sections = posted.blocks.flatMap(({ text }) => (text === undefined ? [] : [text]));
    const text = sections.length > 0 ? sections.join("\n\n") : posted.text;
    this.#sink.arrived(posted.channel, { id: posted.ts, text: slackText(text), choices: choicesIn(posted) });
  }
}

function choicesIn({ blocks }: Posted): Choices | undefined {
  const items = blocks.flatMap(({ keys = [] }) => keys.map(({ value, text }) => ({ id: value, title: text })));
  return items.length === 0 ? undefined : { look: "buttons", items };
}
