import { MAX_TEXT } from "../frames.ts";
import type { Texts } from "../texts.ts";
import { el, icon, ICONS, setText } from "./dom.ts";

/** The counter keeps quiet until it matters. */
const COUNT_FROM = MAX_TEXT - 1000;
const MAX_HEIGHT_PX = 132;

export class Composer {
  readonly element: HTMLFormElement;
  readonly #input: HTMLTextAreaElement;
  readonly #button: HTMLButtonElement;
  readonly #counter: HTMLElement;
  readonly #texts: Texts;
  readonly #onSend: (text: string) => boolean;

  constructor(texts: Texts, onSend: (text: string) => boolean, onTyping: () => void) {
    this.#texts = texts;
    this.#onSend = onSend;
    this.#input = el("textarea", {
      id: "text",
      rows: "1",
      dir: "auto",
      placeholder: texts.placeholder,
      enterkeyhint: "send",
      autocomplete: "off",
      "aria-describedby": "counter",
    });
    this.#button = el(
      "button",
      { type: "submit", class: "send", "aria-label": texts.send, disabled: true },
      icon(ICONS.send),
    );
    this.#counter = el("div", { id: "counter", class: "counter", role: "status", hidden: true });
    this.element = el(
      "form",
      { class: "composer", novalidate: true },
      el("label", { class: "sr", for: "text" }, texts.write),
      this.#input,
      this.#button,
      this.#counter,
    );
    this.#input.addEventListener("input", () => {
      this.#measure();
      if (this.#input.value.trim() !== "") onTyping();
    });
    this.#input.addEventListener("keydown", (event) => {
      // While an input method is composing, Enter chooses a word.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  focus(): void {
    this.#input.focus({ preventScroll: true });
  }

  setEnabled(enabled: boolean): void {
    this.#input.disabled = !enabled;
    this.#measure();
  }

  #submit(): void {
    if (this.#button.disabled || !this.#onSend(this.#input.value)) return;
    this.#input.value = "";
    this.#measure();
    this.focus();
  }

  #measure(): void {
    const length = this.#input.value.trim().length;
    this.#button.disabled = this.#input.disabled || length === 0 || length > MAX_TEXT;
    this.#counter.hidden = length < COUNT_FROM;
    this.#counter.classList.toggle("over", length > MAX_TEXT);
    this.#input.toggleAttribute("aria-invalid", length > MAX_TEXT);
    const left = MAX_TEXT - length;
    setText(this.#counter, length < COUNT_FROM ? "" : left >= 0 ? this.#texts.left(left) : this.#texts.tooLong(-left));
    this.#input.style.height = "auto";
    if (this.#input.value !== "")
      this.#input.style.height = `${Math.min(this.#input.scrollHeight + 2, MAX_HEIGHT_PX)}px`;
  }
}
