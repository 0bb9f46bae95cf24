import type { Update } from "grammy/types";
import * as z from "zod";

import { pause } from "../../poll.ts";
import type { BotAccount } from "./bot.ts";

/** A method that was called by way of an answer to a webhook. */
const Reply = z.looseObject({ method: z.string() });

export type Answered = { status: number; reply: Record<string, unknown> | null };

/** One webhook, exactly as often as it is called. */
export async function post(bot: BotAccount, update: Update, timeoutMs = 10_000): Promise<Answered> {
  if (bot.webhook === null) throw new Error("no webhook is set");
  const { url, secret } = bot.webhook;
  const response = await bot.send(url, {
    method: "POST",
    body: JSON.stringify(update),
    redirect: "manual",
    headers: {
      "content-type": "application/json",
      ...(secret !== undefined && { "x-telegram-bot-api-secret-token": secret }),
    },
    signal: AbortSignal.timeout(timeoutMs),
  });
  const body = await response.text();
  return { status: response.status, reply: response.ok ? replyOf(body) : null };
}

function replyOf(body: string): Record<string, unknown> | null {
  try {
    const reply = Reply.safeParse(JSON.parse(body));
    return reply.success ? reply.data : null;
  } catch {
    return null;
  }
}

/** As the vendor does it: chats side by side, the updates of one chat in order, each again until it is answered 2xx. */
export class Deliverer {
  readonly #lines = new Map<string, Promise<unknown>>();
  readonly #stop = new AbortController();
  readonly #onReply: (bot: BotAccount, reply: Record<string, unknown>) => Promise<void>;
  readonly #timeoutMs: number | undefined;

  constructor(onReply: (bot: BotAccount, reply: Record<string, unknown>) => Promise<void>, timeoutMs?: number) {
    this.#onReply = onReply;
    this.#timeoutMs = timeoutMs;
  }

  /** Resolves when the webhook has taken it, with the number of tries. */
  deliver(bot: BotAccount, chat: number, update: Update, stop?: AbortSignal): Promise<number> {
    const key = `${bot.token}/${chat}`;
    const before = this.#lines.get(key) ?? Promise.resolve();
    const mine = before.then(() => this.#untilTaken(bot, chat, update, stop));
    this.#lines.set(
      key,
      mine.catch(() => undefined),
    );
    return mine;
  }

  async once(bot: BotAccount, update: Update): Promise<number> {
    const { status, reply } = await post(bot, update, this.#timeoutMs);
    if (reply !== null) await this.#onReply(bot, reply);
    return status;
  }

  close(): void {
    this.#stop.abort();
  }

  async #untilTaken(bot: BotAccount, chat: number, update: Update, stop?: AbortSignal): Promise<number> {
    const waiting = { chat, update };
    bot.pending.push(waiting);
    for (let tries = 1; !this.#stop.signal.aborted && stop?.aborted !== true; tries++) {
      const status = bot.webhook === null ? 0 : await this.once(bot, update).catch(() => 0);
      if (status >= 200 && status < 300) {
        bot.pending.splice(bot.pending.indexOf(waiting), 1);
        return tries;
      }
      if (bot.webhook !== null) {
        const message = status === 0 ? "Connection timed out" : `Wrong response from the webhook: ${status}`;
        bot.lastError = { at: Date.now(), message };
      }
      await pause(Math.min(50 * 2 ** Math.min(tries, 4), 500));
    }
    bot.pending.splice(bot.pending.indexOf(waiting), 1);
    throw new Error("given up before the webhook took the update");
  }
}
