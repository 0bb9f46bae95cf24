import type { Lang, Texts } from "../texts.ts";

const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

export const sameDay = (a: number, b: number): boolean => startOfDay(a) === startOfDay(b);

export function dayLabel(at: number, now: number, lang: Lang, texts: Texts): string {
  if (sameDay(at, now)) return texts.today;
  if (startOfDay(at) === startOfDay(startOfDay(now) - 1)) return texts.yesterday;
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(lang, { weekday: "long", day: "numeric", month: "long", year }).format(at);
}

export const timeLabel = (at: number, lang: Lang): string =>
  new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit" }).format(at);
