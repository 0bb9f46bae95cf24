import type { Contact } from "@charla/domain/inbound";
import type { ParsedWebhook, WebhookRequest } from "../../contract.ts";
import { eventTime, externalId, messageText, Rejection, threadKey } from "../../http/event-fields.ts";
import { isRecord } from "../../json-body.ts";
import { Harvest } from "../harvest.ts";
import { entriesOf, type Fields, fieldsOf, listOf, textOf } from "../json.ts";
import { readTracer } from "../tracer.ts";
import type { Flavour, MessagingAccount } from "./account.ts";
import { attachmentsOf } from "./attachments.ts";
import { eventsOf } from "./events.ts";

/**
 * Everything about one page or account. What is about another one of the same app belongs to whoever connected that
 * one: it is counted and not kept, since keeping it would show one business the messages of another.
 */
export function parseMessaging(
  { object }: Pick<Flavour, "object">,
  { rawBody }: WebhookRequest,
  { config }: MessagingAccount,
  now: number,
): ParsedWebhook {
  const harvest = new Harvest();
  for (const entry of entriesOf(rawBody, object)) {
    const { id, messaging, standby } = fieldsOf(entry);
    // While another app has the conversation, what is said in it comes as standby: kept, and not ours to answer.
    for (const [list, unanswered] of [
      [messaging, undefined],
      [standby, "standby"],
    ] as const)
      for (const item of listOf(list))
        harvest.item(item, () => {
          if (id !== config.accountId) harvest.ignore();
          else if (isRecord(item)) take(item, config, harvest, now, unanswered);
          else throw new Rejection("not_an_object");
        });
  }
  return harvest.done();
}

type Config = MessagingAccount["config"];

function take(event: Fields, config: Config, harvest: Harvest, now: number, unanswered: string | undefined): void {
  const message = fieldsOf(event["message"]);
  if (message["is_echo"] === true) return takeEcho(event, message, config, harvest, now);
  const person = personOf(event, config);
  if (isRecord(event["delivery"]) || isRecord(event["read"])) return takeReceipt(event, person, harvest);
  const events = eventsOf(event, now, unanswered);
  if (events.length === 0) harvest.ignore();
  else harvest.event(person, contactOf(person), ...events);
}

/** Whoever of the two is not the account itself. */
function personOf(event: Fields, { accountId }: Config): string {
  const sender = textOf(fieldsOf(event["sender"])["id"]);
  const id = sender === accountId ? fieldsOf(event["recipient"])["id"] : sender;
  if (id === undefined || id === accountId) throw new Rejection("unknown_sender");
  return threadKey(id);
}

const contactOf = (address: string): Contact => ({ address });

/** Ours carries what we sent along, or at least our app; everything else was written by a person of the business. */
function takeEcho(event: Fields, message: Fields, config: Config, harvest: Harvest, now: number): void {
  const providerId = externalId(message["mid"], "id");
  const person = personOf(event, config);
  const at = eventTime(event["timestamp"], now);
  const { messageId, thread } = readTracer(message["metadata"]);
  if (messageId !== undefined && thread === person)
    return harvest.status(person, { messageId, providerId, state: "sent", at });
  if (message["app_id"] !== undefined && String(message["app_id"]) === config.appId) return harvest.ignore();
  if (message["is_deleted"] === true) return harvest.ignore();
  const { media, parts, unknown } = attachmentsOf(message);
  const files = [...media, ...parts].map(({ type }) => `[${type}]`).concat(unknown.map((type) => `[${type}]`));
  const text = messageText(message["text"]).text || files.join(" ");
  harvest.event(person, contactOf(person), { kind: "human_echo", externalId: providerId, at, text });
}

/** Delivery names the messages; reading names one on Instagram, and on Messenger only a moment up to which all is read. */
function takeReceipt(event: Fields, person: string, harvest: Harvest): void {
  const isDelivery = isRecord(event["delivery"]);
  const receipt = fieldsOf(isDelivery ? event["delivery"] : event["read"]);
  const { mid, mids, watermark } = receipt;
  const state = isDelivery ? "delivered" : "read";
  const ids = mid === undefined ? listOf(mids) : [mid];
  const at = timeOf(event["timestamp"] ?? watermark);
  for (const id of ids) harvest.status(person, { providerId: externalId(id, "id"), state, at });
  if (ids.length === 0) harvest.status(person, { state, at: timeOf(watermark), upTo: true });
}

function timeOf(value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new Rejection("invalid_timestamp");
  return value;
}
