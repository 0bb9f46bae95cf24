import type { ChatState } from "../state.ts";
import type { Texts } from "../texts.ts";
import { el, setText } from "./dom.ts";

/** A connection that comes back at once is nobody's business. */
const PATIENCE_MS = 1200;

type Notice = { kind: "none" | "wait" | "bad"; text: string; retry: boolean };

function noticeOf(state: ChatState, texts: Texts): Notice {
  const { link } = state;
  if (link.phase === "stopped") return { kind: "bad", text: texts.stopped[link.reason], retry: false };
  if (link.phase === "offline") return { kind: "wait", text: texts.offline, retry: false };
  if (link.phase === "waiting") return { kind: "wait", text: texts.waiting, retry: true };
  if (state.errorCode !== null) return { kind: "bad", text: texts.error(state.errorCode), retry: false };
  if (link.phase === "connecting") return { kind: "wait", text: texts.connecting, retry: false };
  return { kind: "none", text: "", retry: false };
}

/** One line that says in words what is wrong with the connection, and what happens next. */
export class Banner {
  readonly element: HTMLElement;
  readonly #text = el("span", { role: "status" });
  readonly #retry: HTMLButtonElement;
  readonly #texts: Texts;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #troubleSince: number | null = null;

  constructor(texts: Texts, onRetry: () => void) {
    this.#texts = texts;
    this.#retry = el("button", { type: "button", class: "small", hidden: true, click: onRetry }, texts.retryNow);
    this.element = el("div", { class: "banner", hidden: true }, this.#text, this.#retry);
  }

  render(state: ChatState): void {
    clearTimeout(this.#timer);
    const now = Date.now();
    const notice = noticeOf(state, this.#texts);
    this.#troubleSince = notice.kind === "wait" ? (this.#troubleSince ?? now) : null;
    const early =
      this.#troubleSince !== null && state.link.phase !== "offline" && now - this.#troubleSince < PATIENCE_MS;
    const hidden = notice.kind === "none" || early;
    this.element.hidden = hidden;
    this.element.classList.toggle("bad", notice.kind === "bad");
    setText(this.#text, hidden ? "" : notice.text);
    this.#retry.hidden = !notice.retry;
    if (early) this.#timer = setTimeout(() => this.render(state), PATIENCE_MS);
  }
}
