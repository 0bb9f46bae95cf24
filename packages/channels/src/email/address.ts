import type { Mailbox } from "./mail.ts";

const ADDRESS = /^[^\s@<>()[\],;:\\"]{1,64}@[^\s@<>()[\],;:\\"]{1,190}$/u;
const CONTROL = /\p{Cc}/gu;
const MAX_NAME = 200;

/** Lower case as a whole: no provider of today tells addresses apart by it, and people write them either way. */
export function addressIn(text: string): string | undefined {
  const address = text.trim().toLowerCase();
  return ADDRESS.test(address) && address.isWellFormed() ? address : undefined;
}

/** `Name <address>` or the address alone, as the vendors write a single sender. */
export function mailboxIn(text: string): Mailbox | undefined {
  const [, name = "", inner = text] = /^([^<]{0,500})<([^<>]{1,300})>\s*$/.exec(text.trim()) ?? [];
  return mailboxOf(inner, name);
}

export function mailboxOf(address: string, name = ""): Mailbox | undefined {
  const known = addressIn(address);
  const shown = cleanName(name);
  return known === undefined ? undefined : { address: known, ...(shown !== "" && { name: shown }) };
}

/** On one line, without the quotes that only the header needs. */
export const cleanName = (name: string): string =>
  name
    .replaceAll(CONTROL, " ")
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .trim()
    .toWellFormed()
    .slice(0, MAX_NAME);

export const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1);

/** `support+x@a.b` is a detail of `support@a.b`. */
export function detailOf(address: string, of: string): string | undefined {
  const at = of.lastIndexOf("@");
  const prefix = `${of.slice(0, at)}+`;
  if (!address.startsWith(prefix) || !address.endsWith(of.slice(at))) return undefined;
  return address.slice(prefix.length, address.length - (of.length - at));
}

export const withDetail = (address: string, detail: string): string => address.replace("@", `+${detail}@`);
