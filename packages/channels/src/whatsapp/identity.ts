import type { Contact } from "@charla/domain/inbound";
import { Rejection, threadKey } from "../http/event-fields.ts";
import { type Fields, fieldsOf, recordsOf, shortOf, textOf } from "../meta/json.ts";

/** Business-scoped user id: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids */
const BSUID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;
const PHONE = /^\d{5,20}$/;
const MAX_NAME = 200;

export type AddressKind = "user" | "phone" | "group";

export const addressKind = (address: string): AddressKind =>
  BSUID.test(address) ? "user" : PHONE.test(address) ? "phone" : "group";

/** A person as one webhook names them. Whoever has taken a user name may come without a number. */
export type Person = { userId?: string; parentId?: string; phone?: string; name?: string };

export const phoneOf = (value: unknown): string | undefined => {
  const digits = textOf(value)?.replace(/[^\d]/g, "");
  return digits !== undefined && PHONE.test(digits) ? digits : undefined;
};

export const userIdOf = (value: unknown): string | undefined => {
  const id = textOf(value);
  return id !== undefined && BSUID.test(id) ? id : undefined;
};

/** Contacts and messages stand beside each other in no promised order, so they are matched by id. */
export class People {
  readonly #known: Person[];

  constructor(contacts: unknown) {
    this.#known = recordsOf(contacts).map(personOf);
  }

  find(phone: unknown, userId: unknown, parentId?: unknown): Person {
    const given = withoutAbsent({ userId: userIdOf(userId), parentId: userIdOf(parentId), phone: phoneOf(phone) });
    const known = this.#known.find(
      (person) =>
        (given.userId !== undefined && person.userId === given.userId) ||
        (given.phone !== undefined && person.phone === given.phone),
    );
    return { ...known, ...given };
  }
}

function personOf(contact: Fields): Person {
  const profile = fieldsOf(contact["profile"]);
  return withoutAbsent({
    userId: userIdOf(contact["user_id"]),
    parentId: userIdOf(contact["parent_user_id"]),
    phone: phoneOf(contact["wa_id"]),
    name: shortOf(profile["name"] ?? profile["username"], MAX_NAME),
  });
}

/** The user id where there is one; a number only for whom WhatsApp gives nothing better. */
export function addressOf(person: Person): string {
  const address = person.userId ?? person.phone;
  if (address === undefined) throw new Rejection("unknown_sender");
  return address;
}

export function contactOf(person: Person): Contact {
  const address = addressOf(person);
  const aliases = [person.phone, person.parentId].filter((alias) => alias !== undefined && alias !== address);
  return {
    address,
    ...(aliases.length > 0 && { aliases: aliases.filter((alias) => alias !== undefined) }),
    ...(person.name !== undefined && { name: person.name }),
  };
}

/** A group is one conversation and its own contact; who writes is said on each message. */
export const groupOf = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : threadKey(value);

function withoutAbsent(person: { [K in keyof Person]: Person[K] | undefined }): Person {
  return Object.fromEntries(Object.entries(person).filter(([, value]) => value !== undefined));
}
