import { furnishChannel, type Tenant } from "../../charla/furnish.ts";
import type { KillOrders } from "../../kill-orders.ts";
import { markOf, marksIn } from "../../marks.ts";
import type { BotAccount } from "../../vendors/telegram/bot.ts";
import { type ChatOnPhone, newUser, privateChat } from "../../vendors/telegram/phone.ts";
import { type BotCall, TelegramServer } from "../../vendors/telegram/server.ts";
import type { Random } from "../random.ts";
import { marksAsIds } from "./mark-ids.ts";
import type { Line, Outside, Reply } from "./outside.ts";

const SECRET = "a-word-that-telegram-proves-itself-with";
const TIMEOUT_MS = 2_000;
const UNAVAILABLE = { code: 502, description: "Bad Gateway" };

/** Telegram: neither a key nor a look-up nor a callback. What was being sent when we died is sent again, rather twice than never. */
export class TelegramOutside implements Outside {
  readonly kind = "telegram";
  readonly repetition = "after-death";
  readonly settleMs = 0;
  readonly talkLength = Number.POSITIVE_INFINITY;
  down = false;
  readonly server: TelegramServer;
  readonly #chats = new Map<number, string>();
  readonly #replies: Reply[] = [];
  readonly #problems: string[] = [];
  #seen = 0;
  #serial = 0;

  private constructor(server: TelegramServer, random: Random) {
    this.server = server;
    server.reception = ({ method }) => {
      if (this.down) return { refuse: UNAVAILABLE };
      return method === "sendMessage" ? { delayMs: random.between(10, 200) } : {};
    };
  }

  static async start({ kills, random }: { kills: KillOrders; random: Random }): Promise<TelegramOutside> {
    return new TelegramOutside(await TelegramServer.start({ kills, webhookTimeoutMs: TIMEOUT_MS }), random);
  }

  get replies(): readonly Reply[] {
    const { taken } = this.server;
    for (; this.#seen < taken.length; this.#seen++) {
      const call = taken[this.#seen];
      if (call !== undefined) this.#replies.push(this.#replyOf(call));
    }
    return this.#replies;
  }

  async connect(tenant: Tenant, base: string, agentId: string): Promise<Line> {
    const bot = this.server.newBot(`tienda${++this.#serial}_bot`);
    const { channelId, webhookUrl } = await furnishChannel(tenant, base, {
      kind: "telegram",
      agentId,
      config: { apiUrl: this.server.apiUrl, botUsername: bot.me.username },
      secrets: { botToken: bot.token, secretTokens: [SECRET] },
    });
    bot.webhook = { url: webhookUrl, secret: SECRET, connections: 40, allowed: ["message", "my_chat_member"] };
    const phones = new Map<string, ChatOnPhone>();
    const phoneOf = (conversation: string): ChatOnPhone => {
      const phone = phones.get(conversation) ?? this.#newPhone(bot, conversation);
      phones.set(conversation, phone);
      return phone;
    };
    return {
      outside: this,
      tenant,
      channelId,
      account: bot.me.username,
      threadOf: (conversation) => String(phoneOf(conversation).chat.id),
      say: async ({ conversation, n, text }, stop) => {
        const phone = phoneOf(conversation);
        const accepted = await phone.say(`${markOf(conversation, n)} ${text}`, {}, stop).then(
          () => true,
          (error: unknown) => {
            if (stop?.aborted !== true) throw error;
            return false;
          },
        );
        const { last } = phone;
        const again = async (until?: AbortSignal): Promise<unknown> =>
          last && this.server.deliverer.deliver(bot, phone.chat.id, last, until).catch(() => undefined);
        return { accepted, again };
      },
    };
  }

  open(): number {
    return this.server.taken.filter(({ outcome }) => outcome === "open").length;
  }

  tooFast(): number {
    return this.server.calls.filter(({ outcome }) => outcome === 429).length;
  }

  lastAt(): number {
    const { calls } = this.server;
    return Math.max(calls.at(-1)?.at ?? 0, this.server.taken.at(-1)?.endedAt ?? 0);
  }

  problems(): string[] {
    return [...this.server.problems, ...this.#problems];
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #newPhone(bot: BotAccount, conversation: string): ChatOnPhone {
    const phone = privateChat(this.server, bot, newUser(`Persona ${conversation}`));
    this.#chats.set(phone.chat.id, conversation);
    return phone;
  }

  #replyOf(call: BotCall): Reply {
    const chat = call.message?.chat.id ?? 0;
    const text = call.message?.text ?? "";
    const conversation = this.#chats.get(chat) ?? String(chat);
    if (marksIn(text).some((mark) => mark.conversation !== conversation))
      this.#problems.push(`${text} reached ${conversation}`);
    return {
      at: call.at,
      account: call.bot.me.username,
      conversation,
      id: `${chat}: ${text}`,
      inReplyTo: marksAsIds(text),
      automatic: true,
      get endedAt() {
        return call.endedAt;
      },
      get knownAt() {
        return call.outcome === 200 ? call.endedAt : undefined;
      },
    };
  }
}
