import type { Chat, InlineKeyboardButton, Message, MessageEntity, Update, User } from "grammy/types";

import type { BotAccount, Room, StoredFile } from "./bot.ts";
import type { TelegramServer } from "./server.ts";

let serial = 900_000_000;
let queries = 0;
let albums = 0;

export type Picture = { bytes: Buffer; caption?: string };
type Extra = Partial<Message>;

const seconds = (): number => Math.floor(Date.now() / 1000);

/** What somebody taps: the key and what lies behind it. */
export const keysOf = (message: Message): InlineKeyboardButton[] => message.reply_markup?.inline_keyboard.flat() ?? [];

/** Commands, mentions and nothing else: what the vendor marks by itself in what people type. */
function entitiesOf(text: string): MessageEntity[] {
  const marks = [...text.matchAll(/(?<!\S)(?:\/\w+(?:@\w+)?|@\w+)/g)];
  return marks.map((match) => ({
    type: match[0].startsWith("/") ? "bot_command" : "mention",
    offset: match.index,
    length: match[0].length,
  }));
}

/** One chat with a bot, as the phone of one of its members does things in it. Resolves when the webhook has taken it. */
export class ChatOnPhone {
  readonly server: TelegramServer;
  readonly bot: BotAccount;
  readonly user: User;
  readonly chat: Chat;
  readonly room: Room;
  /** The last update that was pushed, to be delivered once more. */
  last: Update | undefined;
  readonly #always: Extra;

  constructor(server: TelegramServer, bot: BotAccount, user: User, chat: Chat, always: Extra = {}) {
    this.server = server;
    this.bot = bot;
    this.user = user;
    this.chat = chat;
    this.room = bot.room(chat);
    this.#always = always;
    if (always.business_connection_id !== undefined) this.room.connections.add(always.business_connection_id);
  }

  /** What the bot has written here, as it is shown. */
  received(): Message[] {
    return this.room.messages.filter(({ from }) => from?.id === this.bot.me.id);
  }

  say(text: string, more: Extra = {}, stop?: AbortSignal): Promise<Message> {
    const entities = entitiesOf(text);
    return this.#send({ text, ...(entities.length > 0 && { entities }), ...more }, stop);
  }

  sendPhoto({ bytes, caption }: Picture, more: Extra = {}): Promise<Message> {
    const { id } = this.bot.keep(bytes, "photos", "jpg");
    const size = { file_unique_id: `u${id}`, width: 800, height: 600 };
    const photo = [
      { ...size, file_id: `${id}-small`, file_size: 1_000, width: 80, height: 60 },
      { ...size, file_id: id, file_size: bytes.length },
    ];
    return this.#send({ photo, ...(caption !== undefined && { caption }), ...more });
  }

  /** One message per picture; the vendor says only that they belong together, not how many there are. */
  async sendAlbum(pictures: Picture[]): Promise<Message[]> {
    const media_group_id = `13700${++albums}`;
    return Promise.all(pictures.map((picture) => this.sendPhoto(picture, { media_group_id })));
  }

  sendVoice(bytes: Buffer): Promise<Message> {
    const file = this.bot.keep(bytes, "voice", "oga");
    return this.#send({ voice: { ...this.#asFile(file), duration: 3, mime_type: "audio/ogg" } });
  }

  sendDocument(bytes: Buffer, name: string, mime: string, caption?: string): Promise<Message> {
    const file = this.bot.keep(bytes, "documents", name.split(".").at(-1) ?? "bin");
    const document = { ...this.#asFile(file), file_name: name, mime_type: mime };
    return this.#send({ document, ...(caption !== undefined && { caption }) });
  }

  sendOther(content: Extra): Promise<Message> {
    return this.#send(content);
  }

  /** Taps a key under a message of the bot, by its title, or one that is put there. Returns the id of the query. */
  async tap(message: Message, key: string | { text: string; callback_data: string }): Promise<string> {
    const found = typeof key === "string" ? keysOf(message).find(({ text }) => text === key) : key;
    if (found === undefined || !("callback_data" in found)) throw new Error(`there is no key "${String(key)}"`);
    const shown = typeof key === "string" ? message : { ...message, reply_markup: { inline_keyboard: [[key]] } };
    const id = `43825${++queries}`;
    this.bot.openQueries.add(id);
    const query = { id, from: this.user, chat_instance: "-1", data: found.callback_data, message: shown };
    await this.#push({ callback_query: query });
    return id;
  }

  async edit(message: Message, text: string): Promise<void> {
    message.text = text;
    const edited = { ...message, edit_date: seconds() };
    const business = this.#always.business_connection_id !== undefined;
    await this.#push(
      (business ? { edited_business_message: edited } : { edited_message: edited }) as Omit<Update, "update_id">,
    );
  }

  async react(message: Message, emoji: "👍" | "❤" | "🔥" | null): Promise<void> {
    const { message_id } = message;
    const new_reaction = emoji === null ? [] : [{ type: "emoji" as const, emoji }];
    await this.#push({
      message_reaction: {
        chat: this.chat,
        message_id,
        user: this.user,
        date: seconds(),
        old_reaction: [],
        new_reaction,
      },
    });
  }

  /** In private: blocks the bot. In a group: throws it out. */
  block(): Promise<void> {
    this.room.barred =
      this.chat.type === "private" ? "bot was blocked by the user" : "bot was kicked from the supergroup chat";
    return this.#membership("member", "kicked");
  }

  unblock(): Promise<void> {
    this.room.barred = null;
    return this.#membership("kicked", "member");
  }

  /** The same update again, as after an answer that got lost. Returns the status. */
  redeliver(): Promise<number> {
    if (this.last === undefined) throw new Error("nothing was delivered yet");
    return this.server.deliverer.once(this.bot, this.last);
  }

  #asFile({ id, bytes }: StoredFile): { file_id: string; file_unique_id: string; file_size: number } {
    return { file_id: id, file_unique_id: `u${id}`, file_size: bytes.length };
  }

  async #membership(was: string, is: string): Promise<void> {
    const member = (status: string): object => ({
      user: this.bot.me,
      status,
      ...(status === "kicked" && { until_date: 0 }),
    });
    const change = {
      chat: this.chat,
      from: this.user,
      date: seconds(),
      old_chat_member: member(was),
      new_chat_member: member(is),
    };
    await this.#push({ my_chat_member: change } as Omit<Update, "update_id">);
  }

  async #send(content: Extra, stop?: AbortSignal): Promise<Message> {
    const message_id = ++this.room.lastId;
    const message = {
      message_id,
      from: this.user,
      chat: this.chat,
      date: seconds(),
      ...this.#always,
      ...content,
    } as Message;
    this.room.messages.push(message);
    const business = this.#always.business_connection_id !== undefined;
    const update = (business ? { business_message: message } : { message }) as Omit<Update, "update_id">;
    await this.#push(update, stop);
    return message;
  }

  async #push(content: Omit<Update, "update_id">, stop?: AbortSignal): Promise<void> {
    const update: Update = { update_id: this.bot.nextUpdate(), ...content };
    this.last = update;
    await this.server.push(this.bot, this.chat.id, update, stop);
  }
}

export function newUser(first_name: string, more: Partial<User> = {}): User {
  return { id: ++serial, is_bot: false, first_name, language_code: "es", ...more };
}

export function privateChat(server: TelegramServer, bot: BotAccount, user: User): ChatOnPhone {
  const chat: Chat = { id: user.id, type: "private", first_name: user.first_name };
  return new ChatOnPhone(server, bot, user, chat);
}

/** A customer who writes to the owner of a business account that the bot answers for. */
export function businessChat(server: TelegramServer, bot: BotAccount, user: User, connection: string): ChatOnPhone {
  const chat: Chat = { id: user.id, type: "private", first_name: user.first_name };
  return new ChatOnPhone(server, bot, user, chat, { business_connection_id: connection });
}

export type Group = { chat: Chat; as: (user: User, topic?: number) => ChatOnPhone };

export function newGroup(
  server: TelegramServer,
  bot: BotAccount,
  title: string,
  id = -1_000_000_000_000 - ++serial,
): Group {
  const chat: Chat = id < -1_000_000_000_000 ? { id, type: "supergroup", title } : { id, type: "group", title };
  const inTopic = (topic: number): Extra => ({ message_thread_id: topic, is_topic_message: true });
  return {
    chat,
    as: (user, topic) => new ChatOnPhone(server, bot, user, chat, topic === undefined ? {} : inTopic(topic)),
  };
}

/** The group gets a new id: sends to the old one are refused, and both are told. */
export async function upgrade(server: TelegramServer, bot: BotAccount, group: Group, user: User): Promise<Group> {
  const next = newGroup(server, bot, group.chat.title ?? "");
  bot.room(next.chat);
  bot.room(group.chat).movedTo = next.chat.id;
  await group.as(user).sendOther({ migrate_to_chat_id: next.chat.id });
  await next.as(user).sendOther({ migrate_from_chat_id: group.chat.id });
  return next;
}
