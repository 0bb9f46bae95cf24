import { el } from "../dom.ts";
import type { Texts } from "../texts.ts";

/** Empty places say what to do next. */
export function nothingYet(texts: Texts, onIdea: (text: string) => void): HTMLElement {
  const ideas = texts.ideas.map((idea) =>
    el("button", { type: "button", class: "idea", click: () => onIdea(idea) }, idea),
  );
  return el(
    "div",
    { class: "empty" },
    el("h2", {}, texts.empty),
    el("p", {}, texts.emptyHint),
    el("div", { class: "ideas" }, ...ideas),
  );
}

export function signedOut(texts: Texts): HTMLElement {
  return el(
    "div",
    { class: "empty" },
    el("h2", {}, texts.signIn),
    el("p", {}, texts.signInHint),
    el("ol", { class: "steps" }, ...texts.signInSteps.map((step) => el("li", {}, step))),
    el("p", { class: "hint" }, texts.signInAgain),
    el("button", { type: "button", class: "button", click: () => location.reload() }, texts.again),
  );
}

export const sentence = (title: string, hint: string, texts: Texts): HTMLElement =>
  el(
    "div",
    { class: "empty" },
    el("h2", {}, title),
    el("p", {}, hint),
    el("button", { type: "button", class: "button", click: () => location.reload() }, texts.again),
  );

export const waitingFor = (text: string): HTMLElement => el("div", { class: "empty" }, el("p", {}, text));
