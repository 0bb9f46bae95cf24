import { randomBytes } from "node:crypto";

import { furnishAgent, furnishChannel } from "@charla/testkit/charla/furnish";
import { say } from "@charla/testkit/model/behaviour";
import { Mailbox } from "@charla/testkit/vendors/mail/mailbox";
import { PostmarkAccount } from "@charla/testkit/vendors/mail/postmark/account";
import type { MetaStandIn } from "@charla/testkit/vendors/meta/server";
import type { PostmarkServer } from "@charla/testkit/vendors/mail/postmark/server";
import { WhatsAppPhone } from "@charla/testkit/vendors/meta/whatsapp-phone";
import { SlackPhone } from "@charla/testkit/vendors/slack/phone";
import type { SlackServer } from "@charla/testkit/vendors/slack/server";
import { newUser, privateChat } from "@charla/testkit/vendors/telegram/phone";
import type { TelegramServer } from "@charla/testkit/vendors/telegram/server";
import { TwilioPhone } from "@charla/testkit/vendors/twilio/phone";
import type { TwilioServer } from "@charla/testkit/vendors/twilio/server";

import { MetaShop } from "../channels/meta-shop.ts";
import type { System } from "../system.ts";

/** What lies on the person's side: words, and files by their bytes. */
export type Got = { text: string; files: Buffer[] };
/** A person who writes to a shop of their own by one channel. */
export type Customer = { channelId: string; write: (text: string) => Promise<unknown>; got: () => Got[] };
export type Vendors = {
  meta: MetaStandIn;
  telegram: TelegramServer;
  slack: SlackServer;
  twilio: TwilioServer;
  postmark: PostmarkServer;
};

let serial = 0;

type Wish = Omit<Parameters<typeof furnishChannel>[2], "agentId">;

async function connect(system: System, wish: Wish): Promise<{ channelId: string; webhookUrl: string }> {
  const model = `customer-${++serial}`;
  system.model.script(model, () => say("Enseguida le atiende una persona."));
  const agentId = await furnishAgent(system.tenant, { model: system.modelRef(model), language: "es" });
  return furnishChannel(system.tenant, system.charla.url, { ...wish, agentId });
}

const TOKEN = "EAAG-token-of-the-shop";
const SECRET = "app_secret_0123456789abcdef";

async function onWhatsApp(system: System, { meta }: Vendors): Promise<Customer> {
  meta.addApp(`77${++serial}`, SECRET);
  const number = meta.addNumber({ id: `8065${serial}`, wabaId: `2033${serial}`, appId: `77${serial}`, token: TOKEN });
  const { channelId, webhookUrl } = await connect(system, {
    kind: "whatsapp",
    config: { phoneNumberId: number.id, wabaId: number.wabaId, apiUrl: meta.url },
    secrets: { accessToken: TOKEN, appSecrets: [SECRET] },
  });
  number.callback = webhookUrl;
  const phone = new WhatsAppPhone(meta, number, { name: "Lucía", phone: `3470000${String(serial).padStart(4, "0")}` });
  const got = (): Got[] => phone.received().map(({ text, file }) => ({ text, files: file ? [file.bytes] : [] }));
  return { channelId, write: (text) => phone.text(text), got };
}

const onMeta =
  (kind: "page" | "instagram") =>
  async (system: System, { meta }: Vendors): Promise<Customer> => {
    const shop = await MetaShop.open(system, meta, kind, () => say("Enseguida le atiende una persona."));
    const phone = shop.phone();
    const got = (): Got[] => phone.received().map(({ text, file }) => ({ text, files: file ? [file.bytes] : [] }));
    return { channelId: shop.channelId, write: (text) => phone.text(text), got };
  };

const onTwilio =
  (address: string, to: string) =>
  async (system: System, { twilio }: Vendors): Promise<Customer> => {
    const token = randomBytes(16).toString("hex");
    const book = twilio.openAccount(token);
    book.addNumber("+34911000000");
    book.whatsAppSenders.add("whatsapp:+34911000001");
    const config = {
      accountSid: book.sid,
      phoneNumber: "+34911000000",
      whatsappNumber: "+34911000001",
      apiUrl: twilio.url,
    };
    const { channelId } = await connect(system, { kind: "twilio", config, secrets: { authTokens: [token] } });
    const webhookUrl = `${system.publicUrl}/webhooks/twilio/${channelId}`;
    const phone = new TwilioPhone(twilio, book, webhookUrl, { address, name: "Lucía", to });
    const got = (): Got[] =>
      twilio.shown(address).map(({ text, files }) => ({ text, files: files.map(({ bytes }) => bytes) }));
    return { channelId, write: (text) => phone.write(text), got };
  };

async function onTelegram(system: System, { telegram }: Vendors): Promise<Customer> {
  const bot = telegram.newBot(`tienda${++serial}_bot`);
  const secret = randomBytes(16).toString("hex");
  const { channelId, webhookUrl } = await connect(system, {
    kind: "telegram",
    config: { apiUrl: telegram.apiUrl, botUsername: bot.me.username },
    secrets: { botToken: bot.token, secretTokens: [secret] },
  });
  bot.webhook = { url: webhookUrl, secret, connections: 40, allowed: ["message"] };
  const phone = privateChat(telegram, bot, newUser("Lucía"));
  const got = (): Got[] =>
    phone.received().map(({ text, caption, photo, document }) => {
      const id = photo?.[0]?.file_id ?? document?.file_id;
      const file = id === undefined ? undefined : bot.files.get(id);
      return { text: text ?? caption ?? "", files: file === undefined ? [] : [file.bytes] };
    });
  return { channelId, write: (text) => phone.say(text), got };
}

async function onSlack(system: System, { slack }: Vendors): Promise<Customer> {
  const team = slack.newWorkspace(`tienda${++serial}`);
  const { channelId, webhookUrl } = await connect(system, {
    kind: "slack",
    config: { apiUrl: slack.apiUrl, teamId: team.teamId, botUserId: team.botUserId },
    secrets: { botToken: team.token, signingSecrets: [team.signingSecret] },
  });
  team.url = webhookUrl;
  const phone = new SlackPhone(slack, team, team.directMessage());
  const got = (): Got[] =>
    team.received(phone.channel).map(({ text, files = [] }) => ({ text, files: files.map(({ bytes }) => bytes) }));
  return { channelId, write: (text) => phone.say(text), got };
}

async function byMail(system: System, { postmark }: Vendors): Promise<Customer> {
  const server = postmark.admit(new PostmarkAccount("tienda.example"));
  server.through = system.charla.url;
  server.inboundDomain = "tienda.example";
  const address = `ventas${++serial}@tienda.example`;
  const { channelId } = await connect(system, {
    kind: "email",
    config: { provider: { name: "postmark", apiUrl: postmark.url }, address, name: "La Tienda" },
    secrets: { apiKey: server.token },
  });
  await system.tenant.api.post(`/v1/channels/${channelId}/connect`, {});
  const who = new Mailbox("Lucía", `lucia${serial}@persona.example`);
  const got = (): Got[] =>
    postmark.lettersTo(who.address).map(({ text, files }) => ({ text, files: files.map(({ bytes }) => bytes) }));
  return { channelId, write: (text) => server.receive(who.write(address, { subject: "Factura", text })), got };
}

/** By channel: who of them is sent the files themselves. */
export const customers = {
  WhatsApp: onWhatsApp,
  Messenger: onMeta("page"),
  Instagram: onMeta("instagram"),
  "WhatsApp by Twilio": onTwilio("whatsapp:+34600700701", "whatsapp:+34911000001"),
  Telegram: onTelegram,
  Slack: onSlack,
  "e-mail": byMail,
} as const;

export const bySms = onTwilio("+34600700702", "+34911000000");
