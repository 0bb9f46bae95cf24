import { randomBytes } from "node:crypto";

import type { FetchedFile } from "../fetched-file.ts";
import type { Params } from "./sign.ts";

export type Content = { sid: string; friendlyName: string; types: Record<string, unknown>; variables: Params };
/** What a number does with messages and with calls, by the names of the API. */
export const NUMBER_FIELDS = {
  sms_url: "SmsUrl",
  sms_method: "SmsMethod",
  sms_application_sid: "SmsApplicationSid",
  voice_url: "VoiceUrl",
  voice_method: "VoiceMethod",
  voice_fallback_url: "VoiceFallbackUrl",
  voice_fallback_method: "VoiceFallbackMethod",
  voice_application_sid: "VoiceApplicationSid",
  trunk_sid: "TrunkSid",
  status_callback: "StatusCallback",
  status_callback_method: "StatusCallbackMethod",
};
export type NumberField = keyof typeof NUMBER_FIELDS;
export type NumberSettings = { sid: string } & Record<NumberField, string>;
export type ServiceSettings = {
  sid: string;
  friendly_name: string;
  inbound_request_url: string | null;
  inbound_method: string;
  use_inbound_webhook_on_number: boolean;
};

/** A message that Twilio accepted: the truth about what left the system. */
export type Accepted = {
  sid: string;
  at: number;
  account: string;
  from: string;
  to: string;
  /** What the person reads; of a content template, with its variables filled in. */
  text: string;
  buttons: { id: string; title: string }[];
  media: string[];
  /** What was behind its links. */
  files: FetchedFile[];
  contentSid?: string;
  statusCallback: string;
  /** Our own id, as the status callback will name it. */
  ownId: string;
  /** How often a message with this id of ours had been accepted before. */
  repeat: number;
  outcome: "open" | "cut" | "stalled" | number;
};

/** Whoever remembers messages and calls of an earlier run must not take those of this one for them. */
const RUN = randomBytes(12).toString("hex");
let serial = 0;
export const newSid = (prefix: string): string => `${prefix}${RUN}${(++serial).toString(16).padStart(8, "0")}`;

/** One Twilio account with what a console would show of it. */
export class TwilioAccountBook {
  readonly sid = newSid("AC");
  readonly token: string;
  apiKey: { sid: string; secret: string } | undefined;
  status = "active";
  type = "Full";
  readonly numbers = new Map<string, NumberSettings>();
  readonly services = new Map<string, ServiceSettings>();
  readonly whatsAppSenders = new Set<string>();
  readonly contents: Content[] = [];
  /** People who answered STOP to a number of the account. */
  readonly stopped = new Set<string>();
  /** When each person last wrote on WhatsApp. */
  readonly lastInbound = new Map<string, number>();
  readonly inbound = new Set<string>();
  readonly typing: string[] = [];
  /** How webhooks leave. */
  send = fetch;

  constructor(token: string) {
    this.token = token;
  }

  addNumber(phoneNumber: string): NumberSettings {
    const number = {
      sid: newSid("PN"),
      sms_url: "",
      sms_method: "POST",
      sms_application_sid: "",
      voice_url: "",
      voice_method: "POST",
      voice_fallback_url: "",
      voice_fallback_method: "POST",
      voice_application_sid: "",
      trunk_sid: "",
      status_callback: "",
      status_callback_method: "POST",
    };
    this.numbers.set(phoneNumber, number);
    return number;
  }

  addService(): ServiceSettings {
    const service: ServiceSettings = {
      sid: newSid("MG"),
      friendly_name: "Tienda",
      inbound_request_url: null,
      inbound_method: "POST",
      use_inbound_webhook_on_number: true,
    };
    this.services.set(service.sid, service);
    return service;
  }

  mayEnter(authorization: string): boolean {
    const allowed = [`${this.sid}:${this.token}`];
    if (this.apiKey) allowed.push(`${this.apiKey.sid}:${this.apiKey.secret}`);
    return allowed.some((pair) => authorization === `Basic ${Buffer.from(pair).toString("base64")}`);
  }
}
