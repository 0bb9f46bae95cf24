import { randomBytes } from "node:crypto";

import { TwilioPhone, type Sent } from "@charla/testkit/vendors/twilio/phone";
import { type Reception, TwilioServer } from "@charla/testkit/vendors/twilio/server";
import { postWebhook } from "@charla/testkit/vendors/twilio/webhooks";

import type { System } from "../../system.ts";
import { furnishShop, nextSerial } from "./furnish.ts";
import { type Hitch, Hitches, type Line, type Person } from "./line.ts";

const SMS = "+34911000000";
const WHATSAPP = "whatsapp:+34911000001";
/** The name the webhooks are signed under; where they are really served is the stand-in's business. */
const PUBLIC = "http://localhost:8787";

const RECEPTIONS: Record<Hitch, Reception> = {
  throttled: { status: 429, code: 20429, headers: { "retry-after": "1" } },
  lost: { how: "cut" },
  closed: { status: 400, code: 63016 },
};

export async function twilioLine(system: System, to: "sms" | "whatsapp"): Promise<Line> {
  const vendor = await TwilioServer.start();
  vendor.through = system.charla.url;
  const hitches = new Hitches(RECEPTIONS);
  vendor.receive(({ to: address }) => hitches.next(address));
  const open: Line["open"] = async (script) => {
    const token = randomBytes(16).toString("hex");
    const book = vendor.openAccount(token);
    book.addNumber(SMS);
    book.whatsAppSenders.add(WHATSAPP);
    const wish = {
      kind: "twilio",
      config: {
        accountSid: book.sid,
        phoneNumber: SMS,
        whatsappNumber: WHATSAPP.slice("whatsapp:".length),
        apiUrl: vendor.url,
      },
      secrets: { authTokens: [token] },
    };
    const { channelId, webhookUrl, model } = await furnishShop(system, script, wish, PUBLIC);
    const addresses: string[] = [];
    return {
      channelId,
      model,
      person: () => {
        const number = `+346${String(nextSerial()).padStart(8, "0")}`;
        const address = to === "sms" ? number : `whatsapp:${number}`;
        addresses.push(address);
        const us = to === "sms" ? SMS : WHATSAPP;
        const phone = new TwilioPhone(vendor, book, webhookUrl, { address, name: "Lucía", to: us });
        return personOf(phone, () => vendor.shown(address).map(({ text }) => text));
      },
      forge: async () => {
        const posting = { through: vendor.through, token: "f".repeat(32) };
        return (await postWebhook(book, webhookUrl, { AccountSid: book.sid }, posting)).status;
      },
      hitch: (...planned) => {
        for (const address of addresses) hitches.plan(address, planned);
      },
    };
  };
  return {
    open,
    lostIsShown: 1,
    tellsTime: false,
    hasWindow: to === "whatsapp",
    problems: () => vendor.problems,
    close: () => vendor.close(),
  };
}

function personOf(phone: TwilioPhone, received: () => string[]): Person {
  let last: Sent | undefined;
  return {
    write: async (text) => {
      last = await phone.write(text);
    },
    again: async () => {
      if (last === undefined) throw new Error("nothing was delivered yet");
      return (await phone.again(last)).status;
    },
    received,
    leave: () => phone.stop().then(() => undefined),
    comeBack: () => phone.resume().then(() => undefined),
    puzzle: () => phone.write("", { MessageType: "hologram" }).then(() => undefined),
  };
}
