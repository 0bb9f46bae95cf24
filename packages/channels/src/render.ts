import type { Answer, Capabilities } from "./contract.ts";
import { cutAt } from "./clean-text.ts";

const FENCE = "```";
const FENCE_LINE = /^ {0,3}```/;
const ELLIPSIS = "…";
/** A break is taken only where the bubble before it is not absurdly short. */
const MIN_FILL = 0.4;

type Limits = Pick<Capabilities, "maxText" | "maxButtons" | "maxBubbles">;

/** Cuts an answer into bubbles; buttons go to the last one, and become a numbered list where the channel has too few. */
export function renderAnswer(answer: Answer, limits: Limits): Answer[] {
  const buttons = answer.buttons ?? [];
  const asList = buttons.length > limits.maxButtons;
  const list = asList ? buttons.map(({ title }, index) => `${index + 1}. ${title}`).join("\n") : "";
  const text = list === "" ? answer.text : `${answer.text.trimEnd()}\n\n${list}`.trimStart();
  const bubbles: Answer[] = splitText(text, limits.maxText, limits.maxBubbles).map((part) => ({ text: part }));
  const last = bubbles.at(-1);
  if (last !== undefined && buttons.length > 0 && !asList) last.buttons = buttons;
  return bubbles;
}

/** At a paragraph, else a line, a sentence, a word, a code point. What does not fit the last bubble is cut and ends in "…". */
export function splitText(text: string, max: number, maxParts: number): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > max && parts.length < maxParts - 1) {
    const { head, tail } = cutOnce(rest, max);
    parts.push(head);
    rest = tail;
  }
  if (rest.length > max) {
    const { head } = cutOnce(rest, max - ELLIPSIS.length);
    rest = head + ELLIPSIS;
  }
  if (rest !== "") parts.push(rest);
  return parts;
}

function cutOnce(text: string, max: number): { head: string; tail: string } {
  const window = text.slice(0, max + 1);
  const least = Math.floor(max * MIN_FILL);
  const at = lastBreak(window, max, least);
  const fence = openFence(text, at);
  if (fence === null) return { head: text.slice(0, at).trimEnd(), tail: text.slice(at).trim() };
  // A block of code that starts late enough moves to the next bubble whole.
  if (fence.start >= least) return { head: text.slice(0, fence.start).trimEnd(), tail: text.slice(fence.start) };
  return cutInFence(text, max, fence.opening);
}

/** Too long for one bubble: the block is closed here and opened again there, each part whole in itself. */
function cutInFence(text: string, max: number, opening: string): { head: string; tail: string } {
  const room = max - FENCE.length - 1;
  const line = text.lastIndexOf("\n", room);
  const at = line > opening.length && line >= room * MIN_FILL ? line : cutAt(text, room).length;
  const tail = text.slice(at).replace(/^\n/, "");
  return { head: `${text.slice(0, at)}\n${FENCE}`, tail: `${opening}\n${tail}` };
}

function lastBreak(window: string, max: number, least: number): number {
  const paragraph = window.lastIndexOf("\n\n", max);
  if (paragraph >= least) return paragraph;
  const line = window.lastIndexOf("\n", max);
  if (line >= least) return line;
  const sentence = lastSentenceEnd(window, max);
  if (sentence >= least) return sentence;
  const word = window.lastIndexOf(" ", max);
  return word >= least ? word : cutAt(window, max).length;
}

function lastSentenceEnd(window: string, max: number): number {
  for (let i = Math.min(max, window.length - 1); i > 0; i--) {
    const before = window.charAt(i - 1);
    if ("。！？".includes(before)) return i;
    if (".!?…".includes(before) && /\s/.test(window.charAt(i))) return i;
  }
  return -1;
}

function openFence(text: string, at: number): { start: number; opening: string } | null {
  let open: { start: number; opening: string } | null = null;
  for (let start = 0; start < at;) {
    const end = text.indexOf("\n", start);
    const stop = end === -1 ? text.length : end;
    const line = text.slice(start, Math.min(stop, start + 64));
    if (FENCE_LINE.test(line)) open = open === null ? { start, opening: line.trim().slice(0, 24) } : null;
    start = stop + 1;
  }
  return open;
}
