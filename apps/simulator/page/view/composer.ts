import type { Ability, Act } from "../../shared/protocol.ts";
import { el } from "../../../site/src/dom.ts";
import type { Texts } from "../texts.ts";

export type ComposerActs = { act: (act: Act) => void; file: (file: File) => void };
type Aim = { type: "quote" | "edit"; key: string; text: string };

/** Where the person writes, with what else a telephone can send. */
export class Composer {
  readonly element: HTMLFormElement;
  readonly #texts: Texts;
  readonly #acts: ComposerActs;
  readonly #input: HTMLTextAreaElement;
  readonly #subject: HTMLInputElement;
  readonly #aimBar: HTMLElement;
  readonly #attachments: HTMLElement;
  readonly #attach: HTMLButtonElement;
  #aim: Aim | null = null;

  constructor(texts: Texts, acts: ComposerActs) {
    this.#texts = texts;
    this.#acts = acts;
    this.#input = el("textarea", { rows: "1", "aria-label": texts.message, placeholder: texts.message });
    this.#subject = el("input", {
      type: "text",
      class: "subject-input",
      "aria-label": texts.subject,
      placeholder: texts.subjectHint,
    });
    this.#aimBar = el("div", { class: "aim", hidden: true });
    this.#attachments = this.#attachmentsView();
    const toggle = (): void => this.#open(this.#attachments.hidden !== false);
    this.#attach = el(
      "button",
      { type: "button", class: "round", "aria-label": texts.attach, "aria-expanded": "false", click: toggle },
      "+",
    );
    const send = el("button", { class: "round send", "aria-label": texts.send }, "➤");
    this.element = el(
      "form",
      { class: "composer", submit: (event) => this.#submit(event) },
      this.#attachments,
      this.#aimBar,
      this.#subject,
      el("div", { class: "composer-line" }, this.#attach, this.#input, send),
    );
    this.#input.addEventListener("keydown", (event) => this.#onKey(event));
  }

  for(abilities: readonly Ability[]): void {
    this.#subject.hidden = !abilities.includes("subject");
    this.#attach.hidden = !abilities.includes("files");
    this.#open(false);
    this.#aimAt(null);
  }

  quote(key: string, text: string): void {
    this.#aimAt({ type: "quote", key, text });
  }

  edit(key: string, text: string): void {
    this.#input.value = text;
    this.#aimAt({ type: "edit", key, text });
  }

  focus(): void {
    this.#input.focus();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.#aim !== null) this.#aimAt(null);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.element.requestSubmit();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const text = this.#input.value.trim();
    if (text === "") return;
    const subject = this.#subject.hidden ? "" : this.#subject.value.trim();
    const aim = this.#aim;
    this.#input.value = "";
    this.#subject.value = "";
    this.#aimAt(null);
    if (aim?.type === "edit") this.#acts.act({ type: "edit", key: aim.key, text });
    else
      this.#acts.act({
        type: "say",
        text,
        ...(subject !== "" && { subject }),
        ...(aim !== null && { quote: aim.key }),
      });
  }

  #aimAt(aim: Aim | null): void {
    if (this.#aim?.type === "edit" && aim === null) this.#input.value = "";
    this.#aim = aim;
    this.#aimBar.hidden = aim === null;
    if (aim === null) return;
    const what = aim.type === "edit" ? this.#texts.editing : this.#texts.replying;
    const stop = el("button", { type: "button", class: "small", click: () => this.#aimAt(null) }, this.#texts.cancel);
    this.#aimBar.replaceChildren(el("span", {}, el("strong", {}, `${what}: `), aim.text.slice(0, 80)), stop);
    this.focus();
  }

  #open(open: boolean): void {
    this.#attachments.hidden = !open;
    this.#attach.setAttribute("aria-expanded", String(open));
  }

  #attachmentsView(): HTMLElement {
    const texts = this.#texts;
    const sent = (act: Act) => (): void => {
      this.#open(false);
      this.#acts.act(act);
    };
    const words = el("input", { type: "text", "aria-label": texts.voiceWords, placeholder: texts.voiceDefault });
    const voice = (): void =>
      sent({ type: "sample", kind: "voice", words: words.value.trim() || texts.voiceDefault })();
    const file = el("input", { type: "file", class: "sr", tabindex: "-1", "aria-hidden": "true" });
    file.addEventListener("change", () => {
      const [chosen] = file.files ?? [];
      if (chosen !== undefined) this.#acts.file(chosen);
      file.value = "";
      this.#open(false);
    });
    const button = (label: string, act: () => void): HTMLElement =>
      el("button", { type: "button", class: "small", click: act }, label);
    return el(
      "div",
      { class: "attachments", hidden: true },
      el(
        "div",
        { class: "attachment-line" },
        button(texts.sampleImage, sent({ type: "sample", kind: "image" })),
        button(texts.samplePdf, sent({ type: "sample", kind: "document" })),
        button(texts.chooseFile, () => file.click()),
        file,
      ),
      el("div", { class: "attachment-line" }, words, button(texts.sendVoice, voice)),
    );
  }
}
