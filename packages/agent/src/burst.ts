import type { InboundEvent } from "@charla/domain/inbound";
import type { BurstSettings } from "@charla/domain/release";

export type Waiting = { event: InboundEvent; arrivedAt: number };

const ENDS_COMPLETE = /[?!.…:;)\]"'»”]\s*$/u;
const COMMAND = /^\s*[/!#]\w/u;
const QUESTION_WORD =
  /^\s*(¿|c[oó]mo|cu[aá]ndo|cu[aá]nto|cu[aá]ntos|cu[aá]l|d[oó]nde|qu[eé]|qui[eé]n|por qu[eé]|puedo|puedes|pod[eé]is|hay|ten[eé]is|what|when|where|which|who|why|how|can|could|do|does|is|are|will)\b/iu;
/** A greeting alone usually announces the real message. */
const OPENER =
  /^\s*(hola|buenas|buenos d[ií]as|buenas tardes|buenas noches|hey|hi|hello|oye|disculpa|perdona|sorry)[\s,!.]*$/iu;
const COMPLETE_WORDS = 8;

/** Whether the message can stand alone, so that waiting for more would only be slow. */
export function isComplete(event: InboundEvent): boolean {
  if (event.kind !== "message") return true;
  if (event.action || event.spoken) return true;
  const text = event.text.trim();
  // Who speaks says it in one go; a picture alone is usually followed by what it is about.
  if (text === "") return (event.media ?? []).every((media) => media.type === "voice");
  if (COMMAND.test(text)) return true;
  if (OPENER.test(text)) return false;
  if (text.includes("?")) return true;
  const words = text.split(/\s+/u).length;
  if (ENDS_COMPLETE.test(text) && words >= 3) return true;
  if (QUESTION_WORD.test(text) && words >= 4) return true;
  return words >= COMPLETE_WORDS;
}

/**
 * The instant at which the burst is answered. Once a burst has more than one message a complete one closes it only
 * after the fragment wait: somebody who writes in pieces is likely to go on.
 */
export function burstDueAt(waiting: readonly Waiting[], settings: BurstSettings): number {
  const first = waiting[0];
  const last = waiting[waiting.length - 1];
  if (!first || !last) return Number.POSITIVE_INFINITY;
  const cap = first.arrivedAt + settings.hardCapMs;
  return Math.min(cap, last.arrivedAt + waitAfter(last.event, waiting.length, settings));
}

function waitAfter(event: InboundEvent, count: number, settings: BurstSettings): number {
  if (event.kind !== "message") return settings.completeMs;
  if (event.mediaPending) return settings.mediaMs;
  if (event.action || event.spoken) return 0;
  if (!isComplete(event)) return settings.fragmentMs;
  return count > 1 ? Math.max(settings.completeMs, settings.fragmentMs) : settings.completeMs;
}
