import type { Bubble, Chat } from "../../shared/protocol.ts";
import { el } from "../../../site/src/dom.ts";
import { bubbleOf, type BubbleParts } from "./bubble.ts";

/** How far from its end a reader may be and still be taken along. */
const NEAR_PX = 120;

/** The messages of one chat. What did not change stays as it is, with its focus, its sound and its frames. */
export class Log {
  readonly element: HTMLElement;
  readonly #list = el("ol", { class: "lines" });
  readonly #typing: HTMLElement;
  readonly #drawn = new Map<string, { node: HTMLElement; as: string }>();
  #timer = 0;

  constructor(label: string, typing: string) {
    this.#typing = el("p", { class: "typing", hidden: true }, el("span", { class: "sr" }, typing), ...dots());
    this.element = el(
      "div",
      { class: "log", role: "log", "aria-live": "polite", tabindex: "0", "aria-label": label },
      this.#list,
      this.#typing,
    );
  }

  render({ bubbles, typingUntil }: Chat, parts: Omit<BubbleParts, "quoted">): void {
    const { element } = this;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    const byKey = new Map(bubbles.map((bubble): [string, Bubble] => [bubble.key, bubble]));
    const whole = { ...parts, quoted: (key: string) => byKey.get(key) };
    for (const [key, { node }] of this.#drawn) {
      if (byKey.has(key)) continue;
      node.remove();
      this.#drawn.delete(key);
    }
    for (const bubble of bubbles) this.#draw(bubble, whole);
    this.#showTyping(typingUntil);
    if (isAtEnd) element.scrollTop = element.scrollHeight;
  }

  #draw(bubble: Bubble, parts: BubbleParts): void {
    const as = JSON.stringify(bubble);
    const drawn = this.#drawn.get(bubble.key);
    if (drawn?.as === as) return;
    const node = bubbleOf(bubble, parts);
    if (drawn === undefined) this.#list.append(node);
    else drawn.node.replaceWith(node);
    this.#drawn.set(bubble.key, { node, as });
  }

  #showTyping(until: number): void {
    clearTimeout(this.#timer);
    const left = until - Date.now();
    this.#typing.hidden = left <= 0;
    if (left > 0) this.#timer = window.setTimeout(() => (this.#typing.hidden = true), left);
  }
}

const dots = (): HTMLElement[] => [1, 2, 3].map(() => el("i", { "aria-hidden": "true" }));
