import { MetaStandIn, type Reception } from "@charla/testkit/vendors/meta/server";
import { metaJson, post } from "@charla/testkit/vendors/meta/webhooks";
import { WhatsAppPhone } from "@charla/testkit/vendors/meta/whatsapp-phone";

import type { System } from "../../system.ts";
import { furnishShop, nextSerial } from "./furnish.ts";
import { type Hitch, Hitches, type Line, type Person } from "./line.ts";

const APP_ID = "900";
const APP_SECRET = "app_secret_0123456789abcdef";
const TOKEN = "EAAG-token-of-the-shop";

const RECEPTIONS: Record<Hitch, Reception> = {
  throttled: { error: { status: 400, code: 130429, headers: { "retry-after": "1" } } },
  lost: { how: "cut" },
  closed: { error: { status: 400, code: 131047 } },
};

export async function whatsAppLine(system: System): Promise<Line> {
  const meta = await MetaStandIn.start();
  const hitches = new Hitches(RECEPTIONS);
  meta.addApp(APP_ID, APP_SECRET);
  meta.reception = ({ account }) => hitches.next(account);
  const open: Line["open"] = async (script) => {
    const serial = nextSerial();
    const number = meta.addNumber({ id: `20654035224${serial}`, wabaId: `2022${serial}`, appId: APP_ID, token: TOKEN });
    const { channelId, webhookUrl, model } = await furnishShop(system, script, {
      kind: "whatsapp",
      config: { phoneNumberId: number.id, wabaId: number.wabaId, appId: APP_ID, apiUrl: meta.url },
      secrets: { accessToken: TOKEN, appSecrets: [APP_SECRET] },
    });
    number.callback = webhookUrl;
    const phones = new Map<Person, WhatsAppPhone>();
    return {
      channelId,
      model,
      person: () => {
        const digits = String(nextSerial()).padStart(8, "0");
        const phone = new WhatsAppPhone(meta, number, {
          name: "Lucía",
          phone: `346${digits}`,
          userId: `ES.9000${digits}`,
        });
        const person = personOf(phone);
        phones.set(person, phone);
        return person;
      },
      forge: async () => (await post(webhookUrl, "the_secret_of_another_app_0123", metaJson({ entry: [] }))).status,
      hitch: (...planned) => hitches.plan(number.id, planned),
      batch: async (people, text) => {
        const all = [...people].flatMap((person) => phones.get(person) ?? []);
        const messages = all.map(({ identity: { phone, userId } }, index) => ({
          from: phone,
          from_user_id: userId,
          id: meta.world.newId(`wamid.B${index}`),
          timestamp: String(Math.floor(Date.now() / 1000)),
          type: "text",
          text: { body: text },
        }));
        for (const { identity } of all) meta.world.heard(number.id, identity.userId ?? "", Date.now());
        const value = { contacts: all.map((phone) => phone.contact()), messages };
        const body = metaJson(all[0]?.webhook("messages", value));
        const { status } = await post(webhookUrl, APP_SECRET, body);
        if (status !== 200) throw new Error(`the batch was answered ${status}`);
      },
    };
  };
  return {
    open,
    lostIsShown: 1,
    tellsTime: true,
    hasWindow: true,
    problems: () => meta.problems,
    close: () => meta.close(),
  };
}

function personOf(phone: WhatsAppPhone): Person {
  return {
    write: async (text, at) => {
      await phone.text(text, at === undefined ? {} : { timestamp: String(Math.floor(at / 1000)) });
    },
    again: async () => (await phone.again()).status,
    received: () => phone.received().map(({ text }) => text),
    leave: () => phone.text("BAJA").then(() => undefined),
    comeBack: () => phone.text("ALTA").then(() => undefined),
    puzzle: () => phone.poll().then(() => undefined),
    colleague: (text) => phone.ownerAnswers(text),
    settle: async () => {
      const lost = phone.received().at(-1);
      if (lost !== undefined) await phone.status(lost, "delivered");
    },
  };
}
