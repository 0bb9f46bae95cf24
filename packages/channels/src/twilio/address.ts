import type { Contact } from "@charla/domain/inbound";

/** Twilio's own spelling: `+34600000000` is a telephone, `whatsapp:+34600000000` the same number on WhatsApp. */
export const WHATSAPP = "whatsapp:";
const WHATSAPP_NUMBER = /^whatsapp:\+\d{6,15}$/;

export const isWhatsApp = (address: string): boolean => address.startsWith(WHATSAPP);

/** A person without a visible number is known by Meta's id; where both are known, the number is what Twilio sends to. */
export function destinationOf({ address, aliases = [] }: Contact): string {
  if (!isWhatsApp(address) || WHATSAPP_NUMBER.test(address)) return address;
  return aliases.find((alias) => WHATSAPP_NUMBER.test(alias)) ?? address;
}
