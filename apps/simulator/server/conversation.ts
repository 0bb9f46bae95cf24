import type { Bubble, CallState, Chat, LineKind, Report, Tick } from "../shared/protocol.ts";

const TYPING_MS = 25_000;
const RANK: Record<Tick, number> = { pending: 0, failed: 0, lost: 0, sent: 1, delivered: 2, read: 3 };
const KEPT = 300;

let serial = 0;

/** What one phone shows of one chat. */
export class Conversation {
  readonly line: LineKind;
  readonly person: string;
  readonly bubbles: Bubble[] = [];
  #typingUntil = 0;
  #call: CallState | undefined;

  constructor(line: LineKind, person: string) {
    this.line = line;
    this.person = person;
  }

  get view(): Chat {
    const { line, person, bubbles } = this;
    return { line, person, bubbles, typingUntil: this.#typingUntil, ...(this.#call && { call: this.#call }) };
  }

  add(bubble: Pick<Bubble, "from"> & Partial<Bubble>): Bubble {
    const whole: Bubble = { key: `b${++serial}`, at: Date.now(), text: [], files: [], ...bubble };
    if (whole.from !== "contact") this.#typingUntil = 0;
    this.bubbles.push(whole);
    this.bubbles.splice(0, this.bubbles.length - KEPT);
    return whole;
  }

  find(key: string): Bubble {
    const found = this.bubbles.find((bubble) => bubble.key === key);
    if (found === undefined) throw new Error(`there is no ${key}`);
    return found;
  }

  /** Whether it is something new; said twice, the later words stand. */
  rewrite(id: string, text: Bubble["text"]): boolean {
    const said = this.bubbles.find((bubble) => bubble.from === "business" && bubble.id === id);
    if (said !== undefined) said.text = text;
    return said !== undefined;
  }

  calling(state: CallState): void {
    this.#call = state === "over" ? undefined : state;
  }

  typing(): void {
    this.#typingUntil = Date.now() + TYPING_MS;
  }

  /** What the person wrote turns blue, up to this message or all of it. */
  readUpTo(id: string | undefined): void {
    const last = id === undefined ? this.bubbles.length - 1 : this.bubbles.findIndex((bubble) => bubble.id === id);
    for (const bubble of this.bubbles.slice(0, last + 1))
      if (bubble.from === "contact" && bubble.tick !== undefined && bubble.tick !== "failed") bubble.tick = "read";
  }

  /** Messages of the business that the person has not seen yet. */
  unread(): Bubble[] {
    return this.bubbles.filter(({ from, id, tick }) => from === "business" && id !== undefined && tick !== "read");
  }
}

/** Ticks only ever move on. */
export function advance(bubble: Bubble, to: Report | "lost"): void {
  if (to === "lost" || RANK[to] > RANK[bubble.tick ?? "pending"]) bubble.tick = to;
}
