import type { Contact } from "@charla/domain/inbound";
import type { Release } from "@charla/domain/release";
import type { TemplateValues, Variable } from "@charla/domain/template";
import { visibleText } from "./visible-text.ts";

export type Scene = { contact: Contact; channelKind: string; at: number };

const MAX_VALUE = 80;
/** A name is whatever somebody typed into their profile: one short line, and nothing hidden in it. */
export const oneLine = (name: string): string => visibleText(name).replaceAll(/\s+/gu, " ").trim().slice(0, MAX_VALUE);

/** In a text that is an instruction a name must not look like one: no line of its own, no braces, no quotes to break out of. */
const asWord = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : oneLine(value).replaceAll(/[{}"“”«»:]/gu, "");

/** What the variables of a release stand for in one conversation at one moment. */
export function valuesOf({ settings, tenantName }: Release, { contact, channelKind, at }: Scene): TemplateValues {
  const date = (options: Intl.DateTimeFormatOptions): string =>
    formatter(settings.language, settings.timeZone ?? "UTC", options).format(at);
  const read: Record<Variable, () => string | undefined> = {
    "agent.name": () => settings.name,
    "tenant.name": () => tenantName,
    "contact.name": () => asWord(contact.name),
    "contact.language": () => asWord(contact.locale),
    channel: () => channelKind,
    "date.today": () => date({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    "date.iso": () => isoDate(settings.timeZone ?? "UTC", at),
    "date.weekday": () => date({ weekday: "long" }),
    "date.time": () => date({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  };
  return (variable) => read[variable]();
}

/** Sweden writes dates as the standard does. */
const isoDate = (timeZone: string, at: number): string =>
  formatter("sv", timeZone, { year: "numeric", month: "2-digit", day: "2-digit" }).format(at);

const MAX_FORMATTERS = 64;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making one costs more than a whole turn's other words. */
function formatter(language: string, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${timeZone} ${Object.keys(options).join()}`;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  if (formatters.size >= MAX_FORMATTERS) formatters.clear();
  const made = new Intl.DateTimeFormat(language, { ...options, timeZone });
  formatters.set(key, made);
  return made;
}
