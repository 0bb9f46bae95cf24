import type { LineKind, WireEntry } from "../../shared/protocol.ts";
import { el } from "../../../site/src/dom.ts";
import type { Texts } from "../texts.ts";

/** The requests of one channel, newest first; open ones stay open. */
export class WireView {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #list = el("ol", { class: "wire-list" });
  readonly #hint: HTMLElement;
  readonly #drawn = new Map<number, HTMLElement>();

  constructor(texts: Texts) {
    this.#texts = texts;
    this.#hint = el("p", { class: "hint" }, texts.wireEmpty);
    this.element = el(
      "section",
      { class: "wire", "aria-labelledby": "wire-title" },
      el("h2", { id: "wire-title" }, texts.wire),
      this.#hint,
      this.#list,
    );
  }

  render(entries: readonly WireEntry[], line: LineKind): void {
    const shown = entries.filter((entry) => entry.line === line).toReversed();
    this.#hint.hidden = shown.length > 0;
    this.#list.replaceChildren(...shown.map((entry) => this.#node(entry)));
    const kept = new Set(entries.map(({ id }) => id));
    for (const id of this.#drawn.keys()) if (!kept.has(id)) this.#drawn.delete(id);
  }

  #node(entry: WireEntry): HTMLElement {
    const drawn = this.#drawn.get(entry.id) ?? this.#draw(entry);
    this.#drawn.set(entry.id, drawn);
    return drawn;
  }

  #draw({ way, method, path, gist, status, request, response, at }: WireEntry): HTMLElement {
    const texts = this.#texts;
    const label = { in: texts.toCharla, out: texts.fromCharla, lost: texts.lost }[way];
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "medium" }).format(at);
    const head = [
      el("span", { class: `way ${way}` }, { in: "→ ", out: "← ", lost: "✕ " }[way], label),
      el("span", { class: "gist" }, way === "lost" ? path : gist),
      el("code", { class: "path" }, way === "lost" ? "" : `${method} ${path}`),
      el("small", {}, time),
      ...(way === "lost"
        ? []
        : [el("span", { class: status >= 200 && status < 300 ? "status good" : "status bad" }, String(status))]),
    ];
    if (way === "lost") return el("li", {}, el("div", { class: "wire-head" }, ...head));
    const part = (title: string, text: string): HTMLElement[] =>
      text === "" ? [] : [el("h3", {}, title), el("pre", { tabindex: "0" }, text)];
    return el(
      "li",
      {},
      el(
        "details",
        {},
        el("summary", { class: "wire-head" }, ...head),
        ...part(texts.request, request),
        ...part(texts.response, response),
      ),
    );
  }
}
