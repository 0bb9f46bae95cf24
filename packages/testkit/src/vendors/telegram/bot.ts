import type { Chat, Message, Update, UserFromGetMe } from "grammy/types";

/** A file that the vendor keeps for a bot. */
export type StoredFile = { id: string; path: string; bytes: Buffer };
export type Webhook = { url: string; secret: string | undefined; allowed: readonly string[]; connections: number };

/** What the vendor lets through without being asked. */
const DEFAULT_UPDATES = [
  "message",
  "edited_message",
  "callback_query",
  "my_chat_member",
  "business_connection",
  "business_message",
  "edited_business_message",
  "deleted_business_messages",
  "poll_answer",
];

/** One chat as its members see it. */
export type Room = {
  chat: Chat;
  messages: Message[];
  lastId: number;
  /** The bot may not write here: it was blocked or thrown out. */
  barred: string | null;
  movedTo: number | null;
  /** Chat actions, as the people in the chat see them come. */
  actions: string[];
  connections: Set<string>;
};

let serial = 7_000_000;

/** One bot as the vendor's servers know it. */
export class BotAccount {
  readonly token: string;
  readonly me: UserFromGetMe;
  readonly rooms = new Map<number, Room>();
  readonly files = new Map<string, StoredFile>();
  /** Taps that wait for an answer, and those that got one. */
  readonly openQueries = new Set<string>();
  readonly answeredQueries = new Set<string>();
  /** The last message of a business chat that was marked as read. */
  readonly read = new Map<number, number>();
  webhook: Webhook | null = null;
  /** How webhooks leave. */
  send = fetch;
  lastError: { at: number; message: string } | null = null;
  /** What waits for a webhook to take it. */
  readonly pending: { chat: number; update: Update }[] = [];
  #update = 312_000_000;

  constructor(username: string, more: Partial<UserFromGetMe> = {}) {
    const id = ++serial;
    this.token = `${id}:${"AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw".slice(0, 34)}${id % 10}`;
    this.me = {
      id,
      is_bot: true,
      first_name: username,
      username,
      can_join_groups: true,
      can_read_all_group_messages: false,
      supports_inline_queries: false,
      can_connect_to_business: true,
      has_main_web_app: false,
      ...more,
    } as UserFromGetMe;
  }

  nextUpdate(): number {
    return ++this.#update;
  }

  room(chat: Chat): Room {
    let room = this.rooms.get(chat.id);
    if (room === undefined) {
      room = { chat, messages: [], lastId: 100, barred: null, movedTo: null, actions: [], connections: new Set() };
      this.rooms.set(chat.id, room);
    }
    return room;
  }

  wants(update: Update): boolean {
    const allowed = this.webhook?.allowed ?? DEFAULT_UPDATES;
    return Object.keys(update).some((key) => allowed.includes(key));
  }

  keep(bytes: Buffer, folder: string, extension: string): StoredFile {
    const n = this.files.size + 1;
    const file = { id: `AgACAgQ${this.me.id}x${n}`, path: `${folder}/file_${n}.${extension}`, bytes };
    this.files.set(file.id, file);
    return file;
  }
}

export const defaultUpdates = (): readonly string[] => DEFAULT_UPDATES;
