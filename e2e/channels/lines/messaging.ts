import { MetaStandIn, type Reception } from "@charla/testkit/vendors/meta/server";
import { MessagingPhone } from "@charla/testkit/vendors/meta/messaging-phone";
import { metaJson, post } from "@charla/testkit/vendors/meta/webhooks";
import type { Page } from "@charla/testkit/vendors/meta/world";

import type { System } from "../../system.ts";
import { furnishShop, nextSerial } from "./furnish.ts";
import { type Hitch, Hitches, type Line, type Person } from "./line.ts";

const SECRET = "app_secret_of_the_pages_0123456789";

const RECEPTIONS: Record<Hitch, Reception> = {
  throttled: { error: { status: 400, code: 613, headers: { "retry-after": "1" } } },
  lost: { how: "cut" },
  closed: {
    error: { status: 400, code: 10, subcode: 2018278, message: "(#10) sent outside of allowed window" },
  },
};

/** Messenger or Instagram. */
export async function messagingLine(system: System, kind: Page["kind"]): Promise<Line> {
  const meta = await MetaStandIn.start();
  const hitches = new Hitches(RECEPTIONS);
  meta.reception = ({ account }) => hitches.next(account);
  const open: Line["open"] = async (script) => {
    const serial = nextSerial();
    const app = meta.addApp(`91${serial}`, SECRET);
    const page = meta.addPage({ id: `56${serial}`, kind, appId: app.id, token: `EAAG-token-${serial}` });
    const { channelId, webhookUrl, model } = await furnishShop(system, script, {
      kind: kind === "page" ? "messenger" : "instagram",
      config: { accountId: page.id, appId: app.id, apiUrl: meta.url },
      secrets: { accessToken: page.token, appSecrets: [SECRET] },
    });
    app.subscriptions = [{ object: kind, callback_url: webhookUrl, verify_token: "", fields: ["messages"] }];
    const phones = new Map<Person, MessagingPhone>();
    return {
      channelId,
      model,
      person: () => {
        const phone = new MessagingPhone(meta, page, `9100000${nextSerial()}`);
        const person = personOf(phone);
        phones.set(person, phone);
        return person;
      },
      forge: async () => (await post(webhookUrl, "the_secret_of_another_app_0123", metaJson({ entry: [] }))).status,
      hitch: (...planned) => hitches.plan(page.id, planned),
      batch: async (people, text) => {
        const entries = people
          .flatMap((person) => phones.get(person) ?? [])
          .map(({ id }) => {
            meta.world.heard(page.id, id, Date.now());
            const message = { mid: meta.world.newId("m_batch"), text };
            const event = { sender: { id }, recipient: { id: page.id }, timestamp: Date.now(), message };
            return { id: page.id, time: Date.now(), messaging: [event] };
          });
        const { status } = await post(webhookUrl, SECRET, metaJson({ object: kind, entry: entries }));
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

function personOf(phone: MessagingPhone): Person {
  let serial = 0;
  return {
    write: (text, at) =>
      phone.says({
        message: { mid: `m_${phone.id}_${++serial}_${Date.now()}`, text },
        ...(at !== undefined && { timestamp: at }),
      }),
    again: async () => (await phone.again()).status,
    received: () => phone.received().map(({ text }) => text),
    leave: () => phone.text("STOP").then(() => undefined),
    comeBack: () => phone.text("ALTA").then(() => undefined),
    puzzle: () => phone.says({ message: { mid: `m_${phone.id}_puzzle`, is_unsupported: true } }),
    colleague: (text) => phone.ownerAnswers(text),
    settle: async () => {
      const lost = phone.received().at(-1);
      if (lost !== undefined) await phone.echo(lost);
    },
  };
}
