import type { Act, Line } from "../../shared/protocol.ts";
import { el } from "../../../site/src/dom.ts";
import type { Texts } from "../texts.ts";

/** What a developer wants to do to a conversation and no customer can. */
export class Desk {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #again: HTMLButtonElement;
  readonly #lose: HTMLButtonElement;
  readonly #owner: HTMLFormElement;
  readonly #web: HTMLElement;

  constructor(texts: Texts, act: (act: Act) => void) {
    this.#texts = texts;
    this.#again = el(
      "button",
      { type: "button", class: "button quiet", click: () => act({ type: "redeliver" }) },
      texts.again,
    );
    this.#lose = el("button", { type: "button", class: "button quiet", click: () => act({ type: "lose-next" }) });
    const words = el("textarea", { id: "owner-words", rows: "2", "aria-describedby": "owner-hint" });
    const submit = (event: Event): void => {
      event.preventDefault();
      const text = words.value.trim();
      if (text === "") return;
      words.value = "";
      act({ type: "owner", text });
    };
    this.#owner = el(
      "form",
      { class: "owner-form", submit },
      el("label", { for: "owner-words" }, texts.ownerLabel),
      words,
      el("p", { class: "hint", id: "owner-hint" }, texts.ownerHint),
      el("button", { class: "button" }, texts.ownerSend),
    );
    this.#web = el("p", { class: "hint" }, texts.noDesk);
    this.element = el(
      "section",
      { class: "desk", "aria-labelledby": "desk-title" },
      el("h2", { id: "desk-title" }, texts.desk),
      this.#web,
      el("div", { class: "desk-buttons" }, this.#again, this.#lose),
      this.#owner,
    );
  }

  render({ abilities, losing, kind }: Line): void {
    this.#again.hidden = !abilities.includes("redeliver");
    this.#lose.hidden = !abilities.includes("reports");
    this.#lose.setAttribute("aria-pressed", String(losing));
    this.#lose.textContent = losing ? this.#texts.losing : this.#texts.lose;
    this.#owner.hidden = !abilities.includes("owner");
    this.#web.hidden = kind !== "web";
    const offered = [this.#again, this.#lose, this.#owner, this.#web];
    this.element.hidden = offered.every(({ hidden }) => hidden !== false);
  }
}
