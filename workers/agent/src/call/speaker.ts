import { heardIn, heardOf } from "@charla/agent/heard";
import type { LineAction, SpeechFlow } from "@charla/channels/line";
import type { OutRow } from "@charla/domain/log";

/** One thing that was said: an answer while it is written or as it stands in the log, or a sentence that is nowhere. */
type Item = { seqs: number[]; text: string };
type Flow = { turnId: string; next: number; speech: SpeechFlow; item: Item };

/** What was heard when the person broke in: of the answer that is being written, and of what stands in the log; null for all of it. */
export type Heard = { writing: string | null; items: { seqs: number[]; text: string | null }[] };

type Parts = {
  write: (action: LineAction) => void;
  speech: () => SpeechFlow;
  now: () => number;
  /** A newer answer may cut an older one off. */
  preemptible: boolean;
};

/** How fast voices speak; only used to know when silence begins. */
const CHARS_PER_SECOND = 14;

/** What is said on the line, in order, and what of it is known to have been heard. */
export class Speaker {
  readonly #parts: Parts;
  #items: Item[] = [];
  #flow: Flow | null = null;
  /** The turn whose answer was spoken while it was written: its rows say nothing new. */
  #spokenTurn: number | null = null;
  /** Somebody broke in before a word of the answer was heard: it waits for what they say. */
  #held: OutRow[] | null = null;
  /** When the last word will have been spoken, as far as can be told. */
  endsAt = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get writing(): boolean {
    return this.#flow !== null;
  }

  /** A piece of an answer as the model writes it. Who joins in the middle hears it whole, once it stands in the log. */
  chunk({ turnId, index, text }: { turnId: string; index: number; text: string }): void {
    if (this.#held !== null) return;
    if (index === 0) {
      this.pieceEnds();
      const item: Item = { seqs: [], text: "" };
      this.#items.push(item);
      this.#flow = { turnId, next: 0, speech: this.#parts.speech(), item };
    }
    const flow = this.#flow;
    if (flow === null || flow.turnId !== turnId || flow.next !== index) return;
    flow.next++;
    flow.item.text += text;
    this.#speak(flow.speech.push(text), false);
  }

  /** The model goes on with something else: what it has written so far is said to its end. */
  pieceEnds(): void {
    const flow = this.#flow;
    if (flow === null) return;
    this.#flow = null;
    this.#speak(flow.speech.end(), true);
  }

  /** What was being written is void; what was said of it cannot be taken back, only be cut off by what comes. */
  void(): void {
    const flow = this.#flow;
    if (flow === null) return;
    this.#flow = null;
    if (flow.item.text === "") this.#items = this.#items.filter((item) => item !== flow.item);
    else this.#speak("", true);
  }

  row(row: OutRow): void {
    if (this.#held !== null) return void this.#held.push(row);
    const flow = this.#flow;
    if (row.body.author.type === "ai" && flow !== null) {
      flow.item.seqs.push(row.seq);
      this.#spokenTurn = row.turn;
      return this.pieceEnds();
    }
    if (row.body.author.type === "ai" && row.turn !== null && row.turn === this.#spokenTurn)
      return void this.#items.at(-1)?.seqs.push(row.seq);
    this.#items.push({ seqs: [row.seq], text: row.body.text });
    this.#say(row.body.text, row.body.author.type === "ai");
  }

  /** Said by the vendor already, when the line was opened. */
  wasSaid(row: OutRow): void {
    this.#items.push({ seqs: [row.seq], text: row.body.text });
    this.#lasts(row.body.text);
  }

  /** A sentence that is no part of the conversation. */
  aside(text: string): void {
    this.#items.push({ seqs: [], text });
    this.#say(text);
  }

  /** Nobody broke in: everything up to here was heard. Returns the rows that say it. */
  settle(): number[] {
    const kept = this.#flow?.item;
    const heard = this.#items.filter((item) => item !== kept).flatMap(({ seqs }) => seqs);
    this.#items = kept === undefined ? [] : [kept];
    return heard;
  }

  /** The vendor has stopped our voice. */
  interrupted(utterance: string): Heard {
    const flow = this.#flow;
    const items = this.#items;
    const found = utterance === "" ? -1 : items.findLastIndex(({ text }) => heardIn(text, utterance) !== null);
    const at = found === -1 ? items.length - 1 : found;
    const heard: Heard = { writing: null, items: [] };
    for (const [index, item] of items.entries()) {
      const text = index < at ? null : index > at ? "" : heardOf(item.text, utterance);
      if (item === flow?.item) heard.writing = text ?? item.text;
      else heard.items.push({ seqs: item.seqs, text });
    }
    this.endsAt = this.#parts.now();
    this.#items = [];
    this.#flow = null;
    if (flow !== null) this.#parts.write({ type: "speak", text: "", last: true });
    if (heard.writing === "") this.#held = [];
    return heard;
  }

  /** The person has spoken, or said nothing after all: the answers that waited for that. */
  released(): OutRow[] {
    const rows = this.#held ?? [];
    this.#held = null;
    return rows;
  }

  #say(markdown: string, preemptible = false): void {
    const speech = this.#parts.speech();
    this.#speak(speech.push(markdown) + speech.end(), true, preemptible);
  }

  #speak(text: string, last: boolean, preemptible = true): void {
    if (text === "" && !last) return;
    this.#lasts(text);
    const cuttable = preemptible && this.#parts.preemptible;
    this.#parts.write({ type: "speak", text, last, ...(cuttable && { preemptible: true }) });
  }

  #lasts(text: string): void {
    this.endsAt = Math.max(this.endsAt, this.#parts.now()) + (text.length * 1000) / CHARS_PER_SECOND;
  }
}
