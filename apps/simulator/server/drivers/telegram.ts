import type { Message } from "grammy/types";
import type { BotAccount } from "@charla/testkit/vendors/telegram/bot";
import { type ChatOnPhone, keysOf, newUser, privateChat } from "@charla/testkit/vendors/telegram/phone";
import { TelegramServer } from "@charla/testkit/vendors/telegram/server";
import type { Choices, Span } from "../../shared/protocol.ts";
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
import { entityText } from "../text/entity-text.ts";
import { plainText } from "../text/marked-text.ts";
import type { Watch } from "../wire.ts";

const REACTIONS = { "👍": "👍", "❤️": "❤", "🔥": "🔥" } as const;
const isReaction = (emoji: string): emoji is keyof typeof REACTIONS => Object.hasOwn(REACTIONS, emoji);

export async function startTelegram(
  sink: Sink,
  watch: Watch,
): Promise<{ driver: TelegramDriver; close: () => Promise<void> }> {
  const server = await TelegramServer.start({
    served: (exchange) => {
      watch.served("telegram", exchange);
      driver.collect();
    },
  });
  const bot = server.newBot("lacadena_bot", { first_name: "La Cadena" });
  bot.send = watch.send;
  const driver = new TelegramDriver(server, bot, sink);
  return { driver, close: () => server.close() };
}

export class TelegramDriver implements Driver {
  readonly kind = "telegram";
  readonly label = "Telegram";
  readonly business = { name: "La Cadena", address: "@lacadena_bot" };
  readonly channel: ChannelWish;
  readonly quotes = true;
  readonly reports = [] as const;
  readonly #server: TelegramServer;
  readonly #bot: BotAccount;
  readonly #sink: Sink;
  readonly #chats = new Map<string, ChatOnPhone>();
  #seen = 0;

  constructor(server: TelegramServer, bot: BotAccount, sink: Sink) {
    this.#server = server;
    this.#bot = bot;
    this.#sink = sink;
    this.channel = {
      kind: "telegram",
      name: "Telegram (simulador)",
      config: { apiUrl: server.apiUrl },
      secrets: { botToken: bot.token },
    };
  }

  newContact(name: string): Contact {
    const id = `8${freshDigits(10)}`;
    this.#chats.set(id, privateChat(this.#server, this.#bot, newUser(name, { id: Number(id) })));
    return { id, name, address: id };
  }

  async say(contact: string, { text, quote }: Words): Promise<string> {
    const chat = mustHave(this.#chats, contact);
    const answered = quote === undefined ? undefined : this.#message(chat, quote);
    const more = answered === undefined ? {} : ({ reply_to_message: answered } as Partial<Message>);
    return idOf(await chat.say(text, more));
  }

  async sendFile(contact: string, { bytes, mime, name, kind }: Upload): Promise<string> {
    const chat = mustHave(this.#chats, contact);
    if (kind === "image") return idOf(await chat.sendPhoto({ bytes }));
    return idOf(await (kind === "voice" ? chat.sendVoice(bytes) : chat.sendDocument(bytes, name, mime)));
  }

  async tap(contact: string, id: string, { title }: { title: string }): Promise<string> {
    const chat = mustHave(this.#chats, contact);
    return chat.tap(this.#message(chat, id), title);
  }

  async react(contact: string, id: string, emoji: string): Promise<void> {
    const chat = mustHave(this.#chats, contact);
    await chat.react(this.#message(chat, id), isReaction(emoji) ? REACTIONS[emoji] : null);
  }

  async edit(contact: string, id: string, text: string): Promise<void> {
    const chat = mustHave(this.#chats, contact);
    await chat.edit(this.#message(chat, id), text);
  }

  redeliver(contact: string): Promise<number> {
    return mustHave(this.#chats, contact).redeliver();
  }

  collect(): void {
    for (; this.#seen < this.#server.calls.length; this.#seen++) {
      const call = this.#server.calls[this.#seen];
      // Calls of different chats end in any order; what comes after one that is open waits for it.
      if (call === undefined || (call.outcome === "open" && call.message === undefined)) return;
      const contact = String(call.message?.chat.id ?? call.params["chat_id"] ?? "");
      if (!this.#chats.has(contact)) continue;
      if (call.method === "sendChatAction") this.#sink.typing(contact);
      if (call.message !== undefined) this.#arrive(contact, call.message);
    }
  }

  #arrive(contact: string, message: Message): void {
    this.#sink.read(contact);
    this.#sink.arrived(contact, { id: idOf(message), text: textOf(message), choices: choicesIn(message) });
  }

  #message(chat: ChatOnPhone, id: string): Message {
    const found = chat.room.messages.find((message) => idOf(message) === id);
    if (found === undefined) throw new Error(`there is no message ${id}`);
    return found;
  }
}

const idOf = ({ message_id }: Message): string => String(message_id);

function textOf(message: Message): Span[] {
  const block = (message as { rich_message?: { blocks: { text?: unknown }[] } }).rich_message?.blocks[0];
  if (typeof block?.text === "string") return plainText(block.text);
  return entityText(message.text ?? message.caption ?? "", message.entities ?? message.caption_entities);
}

function choicesIn(message: Message): Choices | undefined {
  const items = keysOf(message).map(({ text, ...key }) => ({
    id: "callback_data" in key ? String(key.callback_data) : text,
    title: text,
  }));
  return items.length === 0 ? undefined : { look: "buttons", items };
}
