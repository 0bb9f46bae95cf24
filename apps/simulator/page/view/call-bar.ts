import type { Act, CallState } from "../../shared/protocol.ts";
import { el } from "../../../site/src/dom.ts";
import type { Texts } from "../texts.ts";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** What a telephone has besides a mouth and an ear. */
export class CallBar {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #state = el("p", { class: "call-state", role: "status" });
  readonly #call: HTMLButtonElement;
  readonly #hangUp: HTMLButtonElement;
  readonly #keys: HTMLDetailsElement;
  readonly #person: HTMLElement;

  constructor(texts: Texts, act: (act: Act) => void) {
    this.#texts = texts;
    const button = (label: string, what: Act, look = "small"): HTMLButtonElement =>
      el("button", { type: "button", class: look, click: () => act(what) }, label);
    this.#call = button(texts.call, { type: "dial" }, "button");
    this.#hangUp = button(texts.hangUp, { type: "hang-up" }, "button hang-up");
    const keys = KEYS.map((digits) =>
      el(
        "button",
        {
          type: "button",
          class: "small",
          "aria-label": texts.key(digits),
          click: () => act({ type: "press", digits }),
        },
        digits,
      ),
    );
    this.#keys = el(
      "details",
      { class: "keypad" },
      el("summary", { class: "small" }, texts.keypad),
      el("div", { class: "keys" }, ...keys),
    );
    this.#person = el(
      "div",
      { class: "call-line" },
      button(texts.personAnswers, { type: "person", answers: true }),
      button(texts.personSilent, { type: "person", answers: false }),
    );
    this.element = el(
      "div",
      { class: "call-bar" },
      this.#state,
      this.#person,
      el("div", { class: "call-line" }, this.#call, this.#hangUp, this.#keys),
    );
  }

  render(state: CallState | undefined): void {
    this.#state.textContent = state === undefined ? this.#texts.noCall : this.#texts.callState[state];
    this.#call.hidden = state !== undefined;
    this.#hangUp.hidden = state === undefined;
    this.#keys.hidden = state !== "talking";
    this.#person.hidden = state !== "dialling";
  }
}
