import type { ChatState } from "../state.ts";
import type { Texts } from "../texts.ts";
import { el, icon, ICONS, setText } from "./dom.ts";

const initialsOf = (name: string): string => Array.from(name.trim())[0]?.toLocaleUpperCase() ?? "·";

export class Header {
  readonly element: HTMLElement;
  readonly closeButton: HTMLButtonElement;
  readonly #title = el("h2", { id: "title", dir: "auto" });
  readonly #avatar = el("span", { class: "avatar", "aria-hidden": "true" });
  readonly #status = el("p", { class: "who", role: "status" });
  readonly #demo: HTMLElement;
  readonly #texts: Texts;

  constructor(texts: Texts, onClose: () => void) {
    this.#texts = texts;
    this.#demo = el(
      "p",
      { class: "demo", title: texts.demoHint, hidden: true },
      texts.demo,
      el("span", { class: "sr" }, `. ${texts.demoHint}`),
    );
    this.closeButton = el(
      "button",
      { type: "button", class: "close", "aria-label": texts.close, click: onClose },
      icon(ICONS.close),
    );
    const names = el("div", { class: "names" }, this.#title, this.#status);
    this.element = el("header", {}, this.#avatar, names, this.#demo, this.closeButton);
  }

  render(state: ChatState, title: string | undefined): void {
    const name = title ?? (state.agentName === "" ? this.#texts.assistant : state.agentName);
    setText(this.#title, name);
    setText(this.#avatar, initialsOf(name));
    const who = state.agentName === "" ? this.#texts.assistant : state.agentName;
    const writer = state.typing === "human" ? "" : who;
    setText(this.#status, state.typing === null ? this.#texts[state.owner] : this.#texts.writing(writer));
    this.#status.className = `who ${state.owner} ${state.link.phase}`;
    this.#demo.hidden = !state.demo;
  }
}
