import { randomBytes } from "node:crypto";

import { businessChat, newUser } from "@charla/testkit/vendors/telegram/phone";
import { type Reception, TelegramServer } from "@charla/testkit/vendors/telegram/server";

import type { System } from "../../system.ts";
import { furnishShop, nextSerial } from "./furnish.ts";
import { type Hitch, Hitches, type Line } from "./line.ts";

const RECEPTIONS: Record<Hitch, Reception> = {
  throttled: {
    refuse: { code: 429, description: "Too Many Requests: retry after 1", parameters: { retry_after: 1 } },
  },
  lost: { how: "cut" },
  closed: {},
};
const UPDATES = ["message", "edited_message", "callback_query", "my_chat_member", "business_message"];

/** People who write to the account of a business that a bot answers for. */
export async function telegramLine(system: System): Promise<Line> {
  const vendor = await TelegramServer.start();
  const hitches = new Hitches(RECEPTIONS);
  vendor.reception = ({ bot, method }) => (method === "sendMessage" ? hitches.next(bot.token) : {});
  const open: Line["open"] = async (script) => {
    const bot = vendor.newBot(`linea${nextSerial()}_bot`);
    const secret = randomBytes(16).toString("hex");
    const { channelId, webhookUrl, model } = await furnishShop(system, script, {
      kind: "telegram",
      config: { apiUrl: vendor.apiUrl, botUsername: bot.me.username },
      secrets: { botToken: bot.token, secretTokens: [secret] },
    });
    bot.webhook = { url: webhookUrl, secret, connections: 40, allowed: UPDATES };
    return {
      channelId,
      model,
      person: () => {
        const phone = businessChat(vendor, bot, newUser("Lucía"), `bc${nextSerial()}`);
        return {
          write: async (text, at) => {
            await phone.say(text, at === undefined ? {} : { date: Math.floor(at / 1000) });
          },
          again: () => phone.redeliver(),
          received: () => phone.received().flatMap(({ text }) => text ?? []),
          leave: () => phone.say("BAJA").then(() => undefined),
          comeBack: () => phone.say("ALTA").then(() => undefined),
          puzzle: () => phone.sendOther({ dice: { emoji: "🎲", value: 3 } }).then(() => undefined),
          colleague: (text) => phone.sendOther({ from: newUser("Dueña"), text }).then(() => undefined),
        };
      },
      forge: async () => {
        const headers = { "content-type": "application/json", "x-telegram-bot-api-secret-token": `${secret}x` };
        return (await fetch(webhookUrl, { method: "POST", headers, body: '{"update_id":1}' })).status;
      },
      hitch: (...planned) => hitches.plan(bot.token, planned),
    };
  };
  return {
    open,
    // Nobody can tell a lost answer from a lost message there: sent again, as the documentation says.
    lostIsShown: 2,
    tellsTime: true,
    hasWindow: false,
    problems: () => vendor.problems,
    close: () => vendor.close(),
  };
}
