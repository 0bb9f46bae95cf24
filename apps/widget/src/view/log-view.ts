import { type ChatState, type Entry, mayHaveOlder } from "../state.ts";
import type { Lang, Texts } from "../texts.ts";
import { dayLabel, sameDay } from "./days.ts";
import { el, icon, ICONS, setText } from "./dom.ts";
import { richText } from "./markdown-view.ts";
import { fingerprint, messageView, type MessageContext } from "./message-view.ts";

type Handlers = Pick<MessageContext, "onButton" | "onRetry" | "onDiscard" | "files"> & { onOlder: () => void };
type Item = { key: string; print: string; make: () => HTMLElement };

/** Distance from the end within which the reader is taken to follow the conversation. */
const NEAR_PX = 80;
/** What arrives this soon after a connection is the past; it is not read aloud. */
const QUIET_MS = 800;

/** The scrolling list of messages. Elements are kept by key, so that only what changed is touched (and announced). */
export class LogView {
  readonly element: HTMLElement;
  readonly #log: HTMLElement;
  readonly #older: HTMLButtonElement;
  readonly #jump: HTMLButtonElement;
  readonly #draft: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #shown = new Map<string, { print: string; node: HTMLElement }>();
  readonly #texts: Texts;
  readonly #lang: Lang;
  readonly #handlers: Handlers;
  #quietUntil = Number.POSITIVE_INFINITY;
  #firstKey: string | null = null;
  #draftShown = "";

  constructor(texts: Texts, lang: Lang, intro: HTMLElement, handlers: Handlers) {
    this.#texts = texts;
    this.#lang = lang;
    this.#handlers = handlers;
    this.#older = el(
      "button",
      { type: "button", class: "older small", hidden: true, click: () => handlers.onOlder() },
      texts.older,
    );
    this.#log = el("div", { role: "log", class: "log", "aria-live": "off", "aria-label": texts.log });
    // Words that appear one by one would be read aloud one by one; the finished message is announced by the log.
    this.#draft = el("div", { class: "draft", "aria-hidden": "true", hidden: true });
    this.#scroller = el(
      "div",
      { class: "scroller", tabindex: "0", role: "group", "aria-label": texts.log, scroll: () => this.#onScroll() },
      intro,
      this.#older,
      this.#log,
      this.#draft,
    );
    this.#jump = el(
      "button",
      { type: "button", class: "jump", hidden: true, click: () => this.toEnd() },
      icon(ICONS.down),
      texts.newMessages,
    );
    this.element = el("div", { class: "conversation" }, this.#scroller, this.#jump);
    const growth = new ResizeObserver(() => this.#following && this.toEnd());
    // The log grows by itself when a picture has come.
    for (const grown of [this.#scroller, this.#log]) growth.observe(grown);
  }

  #following = true;

  #onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (this.#following) this.#jump.hidden = true;
    if (scrollTop < NEAR_PX && !this.#older.hidden) this.#handlers.onOlder();
  }

  toEnd(): void {
    this.#following = true;
    this.#jump.hidden = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  render(state: ChatState, newFromOthers: boolean): void {
    const now = Date.now();
    if (state.settled && this.#quietUntil === Number.POSITIVE_INFINITY) this.#quietUntil = now + QUIET_MS;
    const before = this.#scroller.scrollHeight - this.#scroller.scrollTop;
    const firstKey = state.entries[0]?.key ?? null;
    const grewAtTop = this.#firstKey !== null && firstKey !== this.#firstKey && this.#shown.has(this.#firstKey);
    this.#firstKey = firstKey;
    this.#log.setAttribute("aria-live", grewAtTop || now < this.#quietUntil ? "off" : "polite");
    this.#older.hidden = !mayHaveOlder(state);
    this.#older.disabled = state.loadingHistory;
    this.#reconcile(this.#items(state, now));
    this.#renderDraft(state);
    if (this.#following) this.toEnd();
    else if (grewAtTop) this.#scroller.scrollTop = this.#scroller.scrollHeight - before;
    else if (newFromOthers) this.#jump.hidden = false;
  }

  #items(state: ChatState, now: number): Item[] {
    const items: Item[] = [];
    let previous: Entry | undefined;
    const newest = state.entries.findLast((entry) => entry.delivery !== "failed");
    for (const entry of state.entries) {
      const newDay = previous === undefined || !sameDay(previous.at, entry.at);
      if (newDay) {
        const label = dayLabel(entry.at, now, this.#lang, this.#texts);
        items.push({
          key: `day ${entry.key}`,
          print: label,
          make: () => el("div", { class: "day" }, el("span", {}, label)),
        });
      }
      const context: MessageContext = {
        texts: this.#texts,
        lang: this.#lang,
        agentName: state.agentName,
        follows: !newDay && previous?.role === entry.role && previous.author === entry.author,
        offersButtons: entry === newest,
        ...this.#handlers,
      };
      items.push({
        key: entry.key,
        print: fingerprint(entry, context, state),
        make: () => messageView(entry, context),
      });
      previous = entry;
    }
    return items;
  }

  #reconcile(items: Item[]): void {
    const wanted = new Set(items.map((item) => item.key));
    for (const [key, { node }] of this.#shown) {
      if (wanted.has(key)) continue;
      node.remove();
      this.#shown.delete(key);
    }
    let cursor: Element | null = this.#log.firstElementChild;
    for (const { key, print, make } of items) {
      const shown = this.#shown.get(key);
      if (shown?.print === print) {
        if (shown.node === cursor) cursor = cursor.nextElementSibling;
        else this.#log.insertBefore(shown.node, cursor);
        continue;
      }
      const node = make();
      if (shown === undefined) this.#log.insertBefore(node, cursor);
      else {
        if (shown.node === cursor) cursor = cursor.nextElementSibling;
        shown.node.replaceWith(node);
      }
      this.#shown.set(key, { print, node });
    }
  }

  #renderDraft(state: ChatState): void {
    const text = state.draft?.text ?? "";
    const dots = text === "" && (state.typing !== null || state.draft?.broken === true);
    this.#draft.hidden = text === "" && !dots;
    const shown = dots ? "dots" : `text ${text}`;
    if (shown === this.#draftShown) return;
    this.#draftShown = shown;
    if (dots) this.#draft.replaceChildren(el("div", { class: "bubble dots" }, el("i"), el("i"), el("i")));
    else if (text === "") setText(this.#draft, "");
    else
      this.#draft.replaceChildren(el("div", { class: "bubble", dir: "auto" }, ...richText(text, this.#texts.newTab)));
  }
}
