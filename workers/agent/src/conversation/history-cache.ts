import { withChoices } from "@charla/agent/choices";
import { withFiles } from "@charla/agent/file-words";
import { windowOf, type HistoryItem } from "@charla/agent/history";
import { textOfInbound } from "@charla/agent/transcript";
import type { LogRow } from "@charla/domain/log";
import { estimateTokens } from "@charla/models/tokens";
import type { Core } from "./core.ts";

const PAGE = 64;
/** Even one-word messages cost tokens of their own around them. */
const MESSAGE_OVERHEAD_TOKENS = 4;
const READ_BY_MODEL = new Set(["sending", "sent", "delivered", "read", "queued", "unknown"]);

/** The newest messages of the conversation within the budget, kept between turns so that a warm turn reads no disk. */
export class HistoryCache {
  readonly #core: Core;
  #items: HistoryItem[] | null = null;
  #tokens = 0;
  #budget = 0;
  /** Rows of the turn in progress are its own business: the transcript brings them. */
  excludeTurn: number | null = null;
  /** Newest sequence number that did not fit any more; 0 while everything fits. */
  droppedUpTo = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  window(budget: number): { items: HistoryItem[]; tokens: number } {
    if (this.#items === null || this.#budget !== budget) this.#load(budget);
    return { items: this.#items ?? [], tokens: this.#tokens };
  }

  invalidate(): void {
    this.#items = null;
  }

  append(rows: LogRow[]): void {
    if (this.#items === null) return;
    for (const row of rows) {
      const item = toItem(row);
      if (!item) continue;
      this.#items.push(item);
      this.#tokens += item.tokens;
    }
    while (this.#tokens > this.#budget && this.#items.length > 1) {
      const dropped = this.#items.shift();
      if (!dropped) break;
      this.#tokens -= dropped.tokens;
      this.droppedUpTo = Math.max(this.droppedUpTo, dropped.seq);
    }
  }

  #load(budget: number): void {
    const found = windowOf(this.#newestFirst(), budget);
    this.#items = found.items;
    this.#tokens = found.tokens;
    this.#budget = budget;
    const first = found.items[0];
    this.droppedUpTo = found.complete || !first ? 0 : first.seq - 1;
  }

  *#newestFirst(): Generator<HistoryItem> {
    for (let before = this.#core.log.last + 1; ;) {
      const page = this.#core.log.messagesBefore(before, PAGE);
      for (const row of page) {
        if (this.excludeTurn !== null && row.turn === this.excludeTurn) continue;
        const item = toItem(row);
        if (item) yield item;
      }
      const last = page[page.length - 1];
      if (!last || page.length < PAGE) return;
      before = last.seq;
    }
  }
}

export function toItem(row: LogRow): HistoryItem | null {
  if (row.kind === "in" && row.body.event.kind === "human_echo" && row.state !== "ignored")
    return item(row.seq, "assistant", row.body.event.text);
  if (row.kind === "in" && (row.state === "taken" || row.state === "held"))
    return item(row.seq, "user", textOfInbound(row));
  if (row.kind === "out" && READ_BY_MODEL.has(row.state))
    return item(row.seq, "assistant", withFiles(withChoices(row.body.text, row.body.buttons), row.body.media));
  return null;
}

function item(seq: number, role: HistoryItem["role"], text: string): HistoryItem | null {
  return text === "" ? null : { seq, role, text, tokens: estimateTokens(text) + MESSAGE_OVERHEAD_TOKENS };
}
