import type { Line, Person } from "../../shared/protocol.ts";
import { el } from "../../../site/src/dom.ts";
import type { Texts } from "../texts.ts";

/** Who one is on this channel, and the door for one more. */
export class People {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #select: HTMLSelectElement;
  readonly #address = el("p", { class: "hint address" });
  readonly #form: HTMLFormElement;
  readonly #name: HTMLInputElement;
  #drawn = "";

  constructor(texts: Texts, acts: { choose: (person: string) => void; add: (name: string) => void }) {
    this.#texts = texts;
    this.#select = el("select", { id: "person", change: () => acts.choose(this.#select.value) });
    this.#name = el("input", {
      type: "text",
      "aria-label": texts.newPerson,
      placeholder: texts.newPerson,
      maxlength: "60",
      required: true,
    });
    const submit = (event: Event): void => {
      event.preventDefault();
      acts.add(this.#name.value.trim());
      this.#name.value = "";
      this.#open(false);
    };
    const cancel = el("button", { type: "button", class: "small", click: () => this.#open(false) }, texts.cancel);
    this.#form = el(
      "form",
      { class: "new-person", hidden: true, submit },
      this.#name,
      el("button", { class: "small" }, texts.add),
      cancel,
    );
    const more = el(
      "button",
      { type: "button", class: "small", click: () => this.#open(true) },
      `+ ${texts.addPerson}`,
    );
    this.element = el(
      "div",
      { class: "people" },
      el("label", { for: "person" }, texts.person),
      el("div", { class: "people-line" }, this.#select, more),
      this.#address,
      this.#form,
    );
  }

  render({ people }: Line, chosen: string, unread: (person: Person) => number): void {
    const labels = people.map((person) => {
      const count = person.id === chosen ? 0 : unread(person);
      return count === 0 ? person.name : `${person.name} (${this.#texts.unread(count)})`;
    });
    const drawn = JSON.stringify([people, labels]);
    if (drawn !== this.#drawn)
      this.#select.replaceChildren(...people.map(({ id }, index) => el("option", { value: id }, labels[index] ?? id)));
    this.#drawn = drawn;
    this.#select.value = chosen;
    this.#address.textContent = people.find(({ id }) => id === chosen)?.address ?? "";
  }

  #open(open: boolean): void {
    this.#form.hidden = !open;
    if (open) this.#name.focus();
  }
}
