import { type Answer, handBack, sendAsPerson, takeOver } from "../api.ts";
import { el } from "../dom.ts";
import type { LiveLog } from "../live-log.ts";
import type { Texts } from "../texts.ts";

/** Who answers, and the ways to change that: take over, hand back, answer oneself. */
export class Desk {
  readonly element: HTMLElement;
  readonly #owner = el("p", { class: "owner", role: "status" });
  readonly #take: HTMLButtonElement;
  readonly #back: HTMLButtonElement;
  readonly #problem = el("p", { class: "problem", role: "alert", hidden: true });
  readonly #hint: HTMLElement;
  readonly #texts: Texts;
  readonly #conversationId: string;

  constructor(conversationId: string, texts: Texts) {
    this.#texts = texts;
    this.#conversationId = conversationId;
    this.#hint = el("p", { id: "answer-hint", class: "hint" }, texts.sentAs);
    this.#take = el(
      "button",
      { type: "button", class: "button", click: () => void this.#do(() => takeOver(conversationId)) },
      texts.takeOver,
    );
    this.#back = el(
      "button",
      { type: "button", class: "button quiet", click: () => void this.#do(() => handBack(conversationId)) },
      texts.handBack,
    );
    this.element = el(
      "section",
      { class: "desk" },
      el("div", { class: "desk-line" }, this.#owner, this.#take, this.#back),
      this.#form(),
      this.#problem,
    );
  }

  render({ owner }: LiveLog): void {
    if (this.#owner.textContent !== this.#texts.owner[owner]) this.#owner.textContent = this.#texts.owner[owner];
    this.#owner.className = `owner ${owner}`;
    this.#take.hidden = owner === "human";
    this.#hint.hidden = owner === "human";
    this.#back.hidden = owner === "ai";
  }

  #form(): HTMLFormElement {
    const texts = this.#texts;
    const input = el("textarea", {
      id: "answer",
      rows: "1",
      maxlength: "16000",
      placeholder: texts.answerHint,
      dir: "auto",
      "aria-describedby": "answer-hint",
    });
    const send = el("button", { type: "submit", class: "button" }, texts.send);
    const form = el(
      "form",
      { class: "answer" },
      el("label", { for: "answer" }, texts.answer),
      el("div", { class: "answer-line" }, input, send),
      this.#hint,
    );
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (text !== "" && !send.disabled) void this.#send(text, input, send);
    });
    return form;
  }

  async #send(text: string, input: HTMLTextAreaElement, send: HTMLButtonElement): Promise<void> {
    send.disabled = true;
    const sent = await this.#do(() => sendAsPerson(this.#conversationId, text));
    send.disabled = false;
    if (sent) input.value = "";
    input.focus();
  }

  async #do(action: () => Promise<Answer<true>>): Promise<boolean> {
    const answer = await action();
    this.#problem.hidden = answer.ok;
    this.#problem.textContent = answer.ok ? "" : `${this.#texts.actionFailed} ${answer.detail}`;
    return answer.ok;
  }
}
