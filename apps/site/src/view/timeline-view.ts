import type { Draft } from "../live-log.ts";
import { type Item, timelineOf } from "../timeline.ts";
import type { LogRow } from "@charla/domain/log";
import { el } from "../dom.ts";
import type { Look } from "./step-view.ts";
import { itemView } from "./turn-view.ts";

const keyOf = (item: Item): string => (item.type === "waiting" ? "waiting" : `${item.type}-${item.seq}`);

/** Cards are replaced only when their part of the log changed, so that what one reads stays under the eye. */
export class TimelineView {
  readonly element = el("div", { class: "timeline", "aria-live": "polite", "aria-relevant": "additions" });
  readonly #shown = new Map<string, { print: string; node: HTMLElement }>();
  readonly #look: Look;

  constructor(look: Look) {
    this.#look = look;
  }

  render(rows: Iterable<LogRow>, draft: Draft | null): void {
    const items = timelineOf(rows);
    const wanted = new Set(items.map(keyOf));
    for (const [key, { node }] of this.#shown) {
      if (wanted.has(key)) continue;
      node.remove();
      this.#shown.delete(key);
    }
    const nodes = items.map((item) => this.#nodeFor(item));
    let cursor: Element | null = this.element.firstElementChild;
    for (const node of nodes) {
      if (node === cursor) cursor = cursor.nextElementSibling;
      else this.element.insertBefore(node, cursor);
    }
    this.#renderDraft(draft);
  }

  #nodeFor(item: Item): HTMLElement {
    const key = keyOf(item);
    const print = JSON.stringify(item);
    const known = this.#shown.get(key);
    if (known?.print === print) return known.node;
    const node = itemView(item, this.#look);
    if (known === undefined) node.classList.add("arrived");
    known?.node.replaceWith(node);
    this.#shown.set(key, { print, node });
    return node;
  }

  #renderDraft(draft: Draft | null): void {
    for (const place of this.element.querySelectorAll<HTMLElement>(".draft")) {
      const text = draft !== null && draft.turnId === place.dataset["turn"] ? draft.text : "";
      place.hidden = text === "";
      place.textContent = text;
    }
  }
}
