import type { InboundMessage } from "@charla/domain/inbound";
import type { ParsedWebhook, WebhookRequest } from "../contract.ts";
import { eventTime, externalId, Rejection } from "../http/event-fields.ts";
import { isRecord } from "../json-body.ts";
import { Harvest } from "../meta/harvest.ts";
import { entriesOf, type Fields, fieldsOf, listOf, textOf, timeOfSeconds } from "../meta/json.ts";
import type { WhatsAppAccount } from "./account.ts";
import { commonOf, echoTextOf, eventsOf } from "./events.ts";
import { addressOf, contactOf, groupOf, People, userIdOf, phoneOf } from "./identity.ts";
import { statusOf } from "./statuses.ts";

type Take = (item: Fields, people: People, harvest: Harvest, now: number) => void;

/** Which list of a change holds what, by the field that was subscribed to. */
const LISTS: Record<string, [name: string, take: Take][]> = {
  messages: [
    ["messages", takeMessage],
    ["statuses", takeStatus],
  ],
  smb_message_echoes: [["message_echoes", takeEcho]],
  user_id_update: [["user_id_update", takeNewId]],
  user_preferences: [["user_preferences", takePreference]],
};

/**
 * Everything about one number out of a webhook that may hold a thousand items about many. Items about another number of
 * the same app belong to whoever connected that one: they are counted and not kept, since keeping them would show one
 * business the messages of another.
 */
export function parseWhatsApp({ rawBody }: WebhookRequest, account: WhatsAppAccount, now: number): ParsedWebhook {
  const harvest = new Harvest();
  for (const entry of entriesOf(rawBody, "whatsapp_business_account"))
    for (const change of listOf(fieldsOf(entry)["changes"])) takeChange(change, account, harvest, now);
  return harvest.done();
}

function takeChange(change: unknown, account: WhatsAppAccount, harvest: Harvest, now: number): void {
  const { field, value } = fieldsOf(change);
  if (!isRecord(value)) return harvest.item(change, () => reject("invalid_change"));
  const lists = typeof field === "string" && Object.hasOwn(LISTS, field) ? LISTS[field] : undefined;
  const number = textOf(fieldsOf(value["metadata"])["phone_number_id"]);
  // News of templates, quality and the account itself: nobody's message, and seen by `connect`.
  if (lists === undefined || number !== account.config.phoneNumberId) return harvest.ignore();
  const people = new People(value["contacts"]);
  for (const [name, take] of lists)
    for (const item of itemsOf(value[name]))
      harvest.item(item, () => {
        if (!isRecord(item)) reject("not_an_object");
        else take(item, people, harvest, now);
      });
}

const itemsOf = (value: unknown): unknown[] => (isRecord(value) ? [value] : listOf(value));

function reject(reason: string): never {
  throw new Rejection(reason);
}

function takeMessage(item: Fields, people: People, harvest: Harvest, now: number): void {
  const person = people.find(item["from"], item["from_user_id"], item["from_parent_user_id"]);
  if (item["type"] === "system") return takeSystem(item, people, harvest, now);
  const group = groupOf(item["group_id"]);
  const contact = contactOf(person);
  const { address, name } = contact;
  const sender: InboundMessage["sender"] = { address, ...(name !== undefined && { name }) };
  const events = eventsOf(item, now, group === undefined ? undefined : sender);
  if (events.length === 0) return harvest.ignore();
  if (group === undefined) harvest.event(address, contact, ...events);
  else harvest.event(group, { address: group }, ...events);
}

/** Only a change of number or id is about the person; notes about keys and groups are not. */
function takeSystem(item: Fields, people: People, harvest: Harvest, now: number): void {
  const system = fieldsOf(item["system"]);
  const type = textOf(system["type"]) ?? "";
  if (type !== "user_changed_number" && type !== "user_changed_user_id") return harvest.ignore();
  const before = people.find(item["from"] ?? system["customer"], item["from_user_id"] ?? system["previous_user_id"]);
  const current =
    userIdOf(system["user_id"]) ?? phoneOf(system["wa_id"] ?? system["new_wa_id"]) ?? reject("invalid_system");
  const previous = addressOf(before);
  harvest.event(previous, contactOf(before), { ...commonOf(item, now), kind: "identity", previous, current });
}

function takeStatus(item: Fields, people: People, harvest: Harvest): void {
  const found = statusOf(item, people);
  if (found === null) harvest.ignore();
  else harvest.status(found.thread, found.status);
}

/** Somebody of the business answered from the WhatsApp Business app. */
function takeEcho(item: Fields, people: People, harvest: Harvest, now: number): void {
  const person = people.find(item["to"], item["to_user_id"], item["to_parent_user_id"]);
  const contact = contactOf(person);
  const type = textOf(item["type"]);
  // What a person mends in their own message is still the same message of a person.
  if (type === "edit" || type === "revoke") return harvest.ignore();
  const echo = { ...commonOf(item, now), kind: "human_echo", text: echoTextOf(item) } as const;
  if (person.userId === undefined) harvest.eventByAlias(contact.address, contact, echo);
  else harvest.event(contact.address, contact, echo);
}

function takeNewId(item: Fields, people: People, harvest: Harvest, now: number): void {
  const { previous: before, current: after } = fieldsOf(item["user_id"]);
  const previous = userIdOf(before) ?? reject("invalid_user_id");
  const current = userIdOf(after) ?? reject("invalid_user_id");
  const contact = contactOf(people.find(item["wa_id"], previous));
  harvest.event(previous, contact, {
    kind: "identity",
    externalId: externalId(`${previous}>${current}`.slice(0, 256), "id"),
    at: timeOrNow(item["timestamp"], now),
    previous,
    current,
  });
}

/** A person stops or resumes what a business sends of its own accord. */
function takePreference(item: Fields, people: People, harvest: Harvest, now: number): void {
  const value = textOf(item["value"]);
  if (value !== "stop" && value !== "resume") return harvest.ignore();
  const contact = contactOf(people.find(item["wa_id"], item["user_id"]));
  const at = timeOrNow(item["timestamp"], now);
  const kind = value === "stop" ? "opt_out" : "opt_in";
  harvest.event(contact.address, contact, {
    kind,
    externalId: externalId(`${textOf(item["category"]) ?? "preference"}:${at}`, "id"),
    at,
    why: "asked",
  });
}

const timeOrNow = (value: unknown, now: number): number =>
  value === undefined ? now : eventTime(timeOfSeconds(value), now);
