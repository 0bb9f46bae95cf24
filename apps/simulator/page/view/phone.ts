import type { Act, Chat, Line } from "../../shared/protocol.ts";
import { el } from "../../../site/src/dom.ts";
import type { Place } from "../store.ts";
import { keyOf } from "../store.ts";
import type { Texts } from "../texts.ts";
import { CallBar } from "./call-bar.ts";
import { Composer } from "./composer.ts";
import { Log } from "./log.ts";
import { plainOf } from "./spans.ts";

export type PhoneActs = { act: (place: Place, act: Act) => void; file: (place: Place, file: File) => void };

/** The telephone of one person, open at their chat with the business. */
export class Phone {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #acts: PhoneActs;
  readonly #composer: Composer;
  readonly #calls: CallBar;
  readonly #name = el("h2", {});
  readonly #state = el("p", { class: "about" });
  readonly #screen = el("div", { class: "screen" });
  #log: Log;
  #place: Place | null = null;

  constructor(texts: Texts, acts: PhoneActs) {
    this.#texts = texts;
    this.#acts = acts;
    this.#log = new Log("", texts.typing);
    this.#calls = new CallBar(texts, (act) => this.#place && acts.act(this.#place, act));
    this.#composer = new Composer(texts, {
      act: (act) => this.#place && acts.act(this.#place, act),
      file: (file) => this.#place && acts.file(this.#place, file),
    });
    this.element = el(
      "section",
      { class: "phone" },
      el(
        "header",
        { class: "phone-top" },
        el("span", { class: "face", "aria-hidden": "true" }, "LC"),
        el("div", {}, this.#name, this.#state),
      ),
      this.#screen,
    );
  }

  render(line: Line, chat: Chat, place: Place): void {
    const isOther = this.#place === null || keyOf(this.#place) !== keyOf(place);
    this.#place = place;
    this.element.dataset["line"] = line.kind;
    this.element.setAttribute("aria-label", this.#texts.conversation(line.business.name));
    this.#name.textContent = line.business.name;
    this.#state.textContent = chat.typingUntil > Date.now() ? this.#texts.typing : line.business.address;
    if (isOther) this.#enter(line, place);
    if (line.kind === "web") return;
    this.#log.render(chat, {
      texts: this.#texts,
      business: line.business.name,
      abilities: line.abilities,
      acts: {
        tap: ({ key }, { id }) => this.#acts.act(place, { type: "tap", key, choice: id }),
        react: ({ key }, emoji) => this.#acts.act(place, { type: "react", key, emoji }),
        unsend: ({ key }) => this.#acts.act(place, { type: "unsend", key }),
        reply: ({ key, text }) => this.#composer.quote(key, plainOf(text)),
        edit: ({ key, text }) => this.#composer.edit(key, plainOf(text)),
      },
    });
    const talks = line.abilities.includes("calls");
    this.#calls.render(chat.call);
    this.#composer.element.hidden = talks && chat.call !== "talking";
    if (!talks) this.#ideas(chat, place);
  }

  #enter(line: Line, place: Place): void {
    if (line.kind === "web") {
      const query = new URLSearchParams({ person: place.person, lang: document.documentElement.lang });
      this.#screen.replaceChildren(
        el("iframe", { src: `/web?${query}`, title: this.#texts.conversation(line.business.name), class: "web" }),
      );
      return;
    }
    this.#log = new Log(this.#texts.conversation(line.business.name), this.#texts.typing);
    this.#composer.for(line.abilities);
    const calls = line.abilities.includes("calls") ? [this.#calls.element] : [];
    const trouble =
      line.problem === undefined ? [] : [el("p", { class: "problem" }, `${this.#texts.trouble}: ${line.problem}`)];
    this.#screen.replaceChildren(...trouble, this.#log.element, ...calls, this.#composer.element);
  }

  /** Something to begin with, as long as nothing has been said. */
  #ideas({ bubbles }: Chat, place: Place): void {
    this.#screen.querySelector(".begin")?.remove();
    if (bubbles.length > 0) return;
    const ideas = this.#texts.ideas.map((text) =>
      el("button", { type: "button", class: "idea", click: () => this.#acts.act(place, { type: "say", text }) }, text),
    );
    this.#log.element.before(el("div", { class: "begin" }, el("p", {}, this.#texts.empty), ...ideas));
  }
}
