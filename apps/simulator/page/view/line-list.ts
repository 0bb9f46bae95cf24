import type { Line, LineKind } from "../../shared/protocol.ts";
import { el } from "../../../site/src/dom.ts";
import type { Texts } from "../texts.ts";

const SIGNS: Record<LineKind, string> = {
  whatsapp: "WA",
  messenger: "Me",
  instagram: "IG",
  telegram: "Tg",
  sms: "SMS",
  slack: "Sl",
  email: "@",
  web: "</>",
  voice: "☎",
};

export class LineList {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #choose: (kind: LineKind) => void;
  readonly #buttons = new Map<LineKind, { button: HTMLButtonElement; badge: HTMLElement }>();

  constructor(texts: Texts, choose: (kind: LineKind) => void) {
    this.#texts = texts;
    this.#choose = choose;
    this.element = el("nav", { class: "lines-nav", "aria-label": texts.channels });
  }

  render(lines: readonly Line[], chosen: LineKind | undefined, unread: (line: Line) => number): void {
    for (const line of lines) {
      const { button, badge } = this.#buttons.get(line.kind) ?? this.#add(line);
      if (line.kind === chosen) this.#select(button);
      else button.removeAttribute("aria-current");
      button.classList.toggle("broken", line.problem !== undefined);
      const count = line.kind === chosen ? 0 : unread(line);
      badge.hidden = count === 0;
      badge.replaceChildren(String(count), el("span", { class: "sr" }, ` ${this.#texts.unread(count)}`));
    }
  }

  /** On a narrow screen the channels are a strip that may have been moved along. */
  #select(button: HTMLButtonElement): void {
    if (button.hasAttribute("aria-current")) return;
    button.setAttribute("aria-current", "true");
    button.scrollIntoView({ block: "nearest", inline: "center" });
  }

  #add({ kind, label }: Line): { button: HTMLButtonElement; badge: HTMLElement } {
    const badge = el("span", { class: "badge", hidden: true });
    const sign = el("span", { class: "sign", "data-line": kind, "aria-hidden": "true" }, SIGNS[kind]);
    const button = el(
      "button",
      { type: "button", click: () => this.#choose(kind) },
      sign,
      kind === "voice" ? this.#texts.voice : label,
      badge,
    );
    this.#buttons.set(kind, { button, badge });
    this.element.append(button);
    return { button, badge };
  }
}
