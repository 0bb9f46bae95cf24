import { createHmac } from "node:crypto";
import { metaJson, signatureOf } from "@charla/testkit/vendors/meta/webhooks";
import { formOf, signRequest } from "@charla/testkit/vendors/twilio/sign";
import { signer } from "../charla/sign.ts";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Fields = Record<string, Json>;

/** A connected account as the load needs it. */
export type Connected = { serial: number; path: string; signedUrl: string; config: Fields; secrets: Fields };
export type Signed = { headers: Record<string, string>; body: string };
export type Words = { conversation: string; person: number; n: number; text: string };

/** One vendor's webhooks, built as cheaply as they can be and signed as they must be. */
export type Kind = {
  kind: string;
  account: (serial: number, vendorUrl: string) => { config: Fields; secrets: Fields };
  sign: (to: Connected, words: Words) => Signed;
  /** Without key or look-up, or with a status that never comes here: what was answered too late is sent again, as it is documented. */
  repeats?: true;
};

const JSON_TYPE = "application/json";
const APP_SECRET = "app_secret_0123456789abcdef";
const seconds = (): number => Math.floor(Date.now() / 1000);
const ninth = (serial: number, person: number): string => String(serial * 100_000 + person).padStart(9, "0");
const secretOf = ({ secrets }: Connected, name: string): string => {
  const [first] = [secrets[name]].flat();
  return String(first);
};

const http: Kind = {
  kind: "http",
  account: (_serial, vendorUrl) => ({ config: { callbackUrl: `${vendorUrl}/callback` }, secrets: {} }),
  sign: (to, { conversation, n, text }) => {
    const id = `${conversation}-${n}`;
    const contact = { id: `person-${conversation}`, name: "Persona", locale: "es" };
    const body = JSON.stringify({ type: "message", id, conversation, contact, text, timestamp: Date.now() });
    const headers = signer(secretOf(to, "signingSecrets"))(id, body);
    return { headers: { "content-type": JSON_TYPE, ...headers }, body };
  },
};

function metaSigned(value: unknown): Signed {
  const body = metaJson(value);
  return { headers: { "content-type": JSON_TYPE, "x-hub-signature-256": signatureOf(APP_SECRET, body) }, body };
}

const whatsapp: Kind = {
  kind: "whatsapp",
  account: (serial, apiUrl) => ({
    config: { phoneNumberId: `10654035224${serial}`, wabaId: `1022${serial}`, appId: "900", apiUrl },
    secrets: { accessToken: "EAAG-token-of-the-shop", appSecrets: [APP_SECRET] },
  }),
  sign: ({ serial, config }, { conversation, person, n, text }) => {
    const wa_id = `34${ninth(serial, person)}`;
    const user_id = `ES.9${ninth(serial, person)}`;
    const message = {
      from: wa_id,
      from_user_id: user_id,
      id: `wamid.IN${conversation}x${n}`,
      timestamp: String(seconds()),
    };
    const value = {
      messaging_product: "whatsapp",
      metadata: { display_phone_number: "15550783881", phone_number_id: config["phoneNumberId"] },
      contacts: [{ profile: { name: "Lucía" }, wa_id, user_id }],
      messages: [{ ...message, type: "text", text: { body: text } }],
    };
    const entry = { id: config["wabaId"], changes: [{ field: "messages", value }] };
    return metaSigned({ object: "whatsapp_business_account", entry: [entry] });
  },
};

const messenger: Kind = {
  kind: "messenger",
  account: (serial, apiUrl) => ({
    config: { accountId: `55${serial}`, appId: "900", apiUrl },
    secrets: { accessToken: "EAAG-token-of-the-page", appSecrets: [APP_SECRET] },
  }),
  sign: ({ serial, config }, { conversation, person, n, text }) => {
    const timestamp = Date.now();
    const message = { mid: `m_${conversation}x${n}`, text };
    const sender = { id: `9${ninth(serial, person)}` };
    const messaging = [{ timestamp, sender, recipient: { id: config["accountId"] }, message }];
    return metaSigned({ object: "page", entry: [{ id: config["accountId"], time: timestamp, messaging }] });
  },
};

const TELEGRAM_SECRET = "a-word-that-telegram-proves-itself-with";
const telegram: Kind = {
  kind: "telegram",
  repeats: true,
  account: (serial, apiUrl) => ({
    config: { apiUrl, botUsername: `tienda${serial}_bot` },
    secrets: { botToken: `700000${serial}:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw`, secretTokens: [TELEGRAM_SECRET] },
  }),
  sign: ({ serial }, { person, n, text }) => {
    const id = Number(ninth(serial, person)) + 1;
    const from = { id, is_bot: false, first_name: "Lucía", language_code: "es" };
    const chat = { id, type: "private", first_name: "Lucía" };
    const message = { message_id: n, from, chat, date: seconds(), text };
    const body = JSON.stringify({ update_id: person * 1_000_000 + n, message });
    return { headers: { "content-type": JSON_TYPE, "x-telegram-bot-api-secret-token": TELEGRAM_SECRET }, body };
  },
};

const SLACK_SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
const slack: Kind = {
  kind: "slack",
  account: (serial, vendorUrl) => ({
    config: { apiUrl: `${vendorUrl}/api`, teamId: `T0BENCH${serial}`, botUserId: "U0BENCHBOT" },
    secrets: { botToken: "xoxb-000000000000-synthetic", signingSecrets: [SLACK_SECRET] },
  }),
  sign: ({ config }, { person, n, text }) => {
    const ts = `${seconds()}.${String(n).padStart(6, "0")}`;
    const event = {
      type: "message",
      channel_type: "im",
      user: `U0P${person}`,
      channel: `D0P${person}`,
      ts,
      event_ts: ts,
      text,
    };
    const team_id = config["teamId"];
    const body = JSON.stringify({
      token: "x",
      team_id,
      type: "event_callback",
      event_id: `Ev${person}x${n}`,
      event_time: seconds(),
      event,
    });
    const timestamp = String(seconds());
    const signature = createHmac("sha256", SLACK_SECRET).update(`v0:${timestamp}:${body}`).digest("hex");
    const proof = { "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${signature}` };
    return { headers: { "content-type": JSON_TYPE, ...proof }, body };
  },
};

const TWILIO_TOKEN = "0123456789abcdef0123456789abcdef";
const SMS = "+34911000000";
const twilio: Kind = {
  kind: "twilio",
  repeats: true,
  account: (serial, apiUrl) => ({
    config: { accountSid: `AC${String(serial).padStart(32, "0")}`, phoneNumber: SMS, apiUrl },
    secrets: { authTokens: [TWILIO_TOKEN] },
  }),
  sign: ({ serial, config, signedUrl }, { person, n, text }) => {
    const sid = `SM${String(serial).padStart(4, "0")}${String(person).padStart(8, "0")}${String(n).padStart(20, "0")}`;
    const params = {
      AccountSid: String(config["accountSid"]),
      ApiVersion: "2010-04-01",
      Body: text,
      From: `+34${ninth(serial, person)}`,
      MessageSid: sid,
      NumMedia: "0",
      SmsStatus: "received",
      To: SMS,
    };
    const proof = { "x-twilio-signature": signRequest(TWILIO_TOKEN, signedUrl, params) };
    return {
      headers: { "content-type": "application/x-www-form-urlencoded", ...proof },
      body: formOf(params).toString(),
    };
  },
};

export const KINDS: readonly Kind[] = [http, whatsapp, messenger, telegram, slack, twilio];
