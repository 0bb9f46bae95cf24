import type { MessagePart } from "@charla/domain/inbound";
import { Rejection } from "../http/event-fields.ts";
import { type Fields, fieldsOf, recordsOf, shortOf, textOf } from "../meta/json.ts";
import { isRecord } from "../json-body.ts";

const MAX_CARDS = 30;
const MAX_ITEMS = 100;
const MAX_FIELDS = 50;
const MAX_VALUE = 2000;

const given = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

export function locationOf(fields: Fields): MessagePart {
  const { latitude, longitude } = fields;
  if (typeof latitude !== "number" || typeof longitude !== "number") throw new Rejection("invalid_location");
  return given({
    type: "location" as const,
    latitude,
    longitude,
    name: shortOf(fields["name"], 1000),
    address: shortOf(fields["address"], 1000),
    url: shortOf(fields["url"], 2048),
  });
}

export function cardsOf(value: unknown): MessagePart[] {
  return recordsOf(value).slice(0, MAX_CARDS).map(cardOf);
}

/** A person who only shares their own number comes as a vCard without a name. */
function cardOf(card: Fields): MessagePart {
  const name = fieldsOf(card["name"]);
  const phones = recordsOf(card["phones"]).map((phone) => shortOf(phone["phone"] ?? phone["wa_id"], 64));
  const emails = recordsOf(card["emails"]).map((email) => shortOf(email["email"], 320));
  return given({
    type: "contact_card" as const,
    name: shortOf(name["formatted_name"] ?? name["first_name"], 200),
    phones: phones.filter((phone) => phone !== undefined),
    emails: emails.filter((email) => email !== undefined),
  });
}

export function orderOf(fields: Fields): MessagePart {
  const items = recordsOf(fields["product_items"]).slice(0, MAX_ITEMS);
  return given({
    type: "order" as const,
    catalog: shortOf(fields["catalog_id"], 200),
    items: items.map((item) =>
      given({
        id: shortOf(item["product_retailer_id"], 200) ?? "",
        quantity: Number(item["quantity"]) || 1,
        price: Number.isFinite(Number(item["item_price"] ?? Number.NaN)) ? Number(item["item_price"]) : undefined,
        currency: shortOf(item["currency"], 8),
      }),
    ),
  });
}

/** The answers of a form; what is no plain value is kept as its JSON. */
export function formOf(reply: Fields): MessagePart {
  const answers = fieldsOf(jsonOf(textOf(reply["response_json"])));
  const fields = Object.entries(answers)
    .filter(([name]) => name !== "flow_token")
    .slice(0, MAX_FIELDS)
    .map(([name, value]): [string, string] => [
      name.slice(0, 200),
      shortOf(typeof value === "string" ? value : JSON.stringify(value), MAX_VALUE) ?? "",
    ]);
  return given({ type: "form" as const, name: shortOf(reply["name"], 200), fields: Object.fromEntries(fields) });
}

export function referralOf(value: unknown): MessagePart | undefined {
  if (!isRecord(value)) return undefined;
  const source = [textOf(value["source_type"]) ?? "ad", textOf(value["source_id"])];
  return given({
    type: "referral" as const,
    source: source
      .filter((part) => part !== undefined)
      .join(":")
      .slice(0, 200),
    title: shortOf(value["headline"] ?? value["body"], 500),
    url: shortOf(value["source_url"], 2048),
    clickId: shortOf(value["ctwa_clid"], 500),
  });
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
