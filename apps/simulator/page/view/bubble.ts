import type { Ability, Bubble, Choice } from "../../shared/protocol.ts";
import { el, type Child } from "../../../site/src/dom.ts";
import type { Texts } from "../texts.ts";
import { choicesOf } from "./choices.ts";
import { fileOf } from "./files.ts";
import { plainOf, spansOf } from "./spans.ts";

const EMOJI = ["👍", "❤️", "🔥"];
const MARKS = { pending: "○", sent: "✓", delivered: "✓✓", read: "✓✓", failed: "!", lost: "✕" } as const;

export type BubbleActs = {
  tap: (bubble: Bubble, choice: Choice) => void;
  react: (bubble: Bubble, emoji: string) => void;
  reply: (bubble: Bubble) => void;
  edit: (bubble: Bubble) => void;
  unsend: (bubble: Bubble) => void;
};
export type BubbleParts = {
  texts: Texts;
  business: string;
  abilities: readonly Ability[];
  quoted: (key: string) => Bubble | undefined;
  acts: BubbleActs;
};

const timeOf = (at: number): string =>
  new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }).format(at);

function tickOf({ tick, from }: Bubble, texts: Texts): Child[] {
  if (tick === undefined) return [];
  const label = from === "contact" ? texts.tick[tick] : `${texts.told}: ${texts.tick[tick]}`;
  return [el("span", { class: `tick ${tick}`, role: "img", "aria-label": label, title: label }, MARKS[tick])];
}

/** What can be done with a message, by what the phone of its channel can do. */
function menuOf(bubble: Bubble, { texts, abilities, acts }: BubbleParts): HTMLElement | null {
  if (bubble.id === undefined || bubble.deleted === true) return null;
  const isMine = bubble.from === "contact";
  const can = (ability: Ability): boolean => abilities.includes(ability);
  const button = (label: string, text: string, act: () => void): HTMLButtonElement =>
    el("button", { type: "button", class: "small", ...(label !== text && { "aria-label": label }), click: act }, text);
  const items = [
    ...(can("react") && !isMine
      ? EMOJI.map((emoji) => button(texts.react(emoji), emoji, () => acts.react(bubble, emoji)))
      : []),
    ...(can("quote") ? [button(texts.reply, texts.reply, () => acts.reply(bubble))] : []),
    ...(can("edit") && isMine && bubble.files.length === 0
      ? [button(texts.edit, texts.edit, () => acts.edit(bubble))]
      : []),
    ...(can("unsend") && isMine ? [button(texts.unsend, texts.unsend, () => acts.unsend(bubble))] : []),
  ];
  if (items.length === 0) return null;
  const menu = el("details", { class: "menu" }, el("summary", { "aria-label": texts.actions }, "⋯"));
  menu.append(el("div", { class: "menu-items", click: () => menu.removeAttribute("open") }, ...items));
  return menu;
}

/** A mail is shown as it was composed; its frame runs nothing and is as high as what is in it. */
function letterOf(address: string, title: string): HTMLElement {
  const frame = el("iframe", { src: address, title, class: "letter", sandbox: "allow-same-origin allow-popups" });
  frame.addEventListener("load", () => {
    const height = frame.contentDocument?.documentElement.scrollHeight ?? 0;
    frame.height = String(Math.min(Math.max(height, 80), 1200));
  });
  return frame;
}

function bodyOf(bubble: Bubble, parts: BubbleParts): Child[] {
  const { texts } = parts;
  if (bubble.deleted === true) return [el("p", { class: "gone" }, texts.deleted)];
  const { subject, letter, files, text, quote } = bubble;
  const quoted = quote === undefined ? undefined : parts.quoted(quote);
  return [
    ...(quoted === undefined ? [] : [el("p", { class: "quote" }, plainOf(quoted.text).slice(0, 90))]),
    ...(subject === undefined ? [] : [el("p", { class: "subject" }, subject)]),
    ...files.map((file) => fileOf(file, texts)),
    ...(letter !== undefined ? [letterOf(letter, texts.letter(subject ?? ""))] : []),
    ...(letter === undefined && text.length > 0 ? [el("p", { class: "text" }, ...spansOf(text))] : []),
  ];
}

export function bubbleOf(bubble: Bubble, parts: BubbleParts): HTMLElement {
  const { texts, business } = parts;
  const author = bubble.from === "contact" ? texts.you : bubble.from === "owner" ? texts.owner : business;
  const choices = choicesOf(bubble, texts, (choice) => parts.acts.tap(bubble, choice));
  const menu = menuOf(bubble, parts);
  const edited = bubble.edited === true ? [`${texts.edited} · `] : [];
  return el(
    "li",
    { class: `line ${bubble.from}`, "data-key": bubble.key },
    el("span", { class: bubble.from === "owner" ? "author" : "sr" }, `${author}: `),
    el(
      "div",
      { class: bubble.letter === undefined ? "bubble" : "bubble mail" },
      ...bodyOf(bubble, parts),
      el(
        "div",
        { class: "foot" },
        ...(menu === null ? [] : [menu]),
        el("small", {}, ...edited, timeOf(bubble.at)),
        ...tickOf(bubble, texts),
      ),
      ...(bubble.reaction === undefined ? [] : [el("span", { class: "reaction" }, bubble.reaction)]),
    ),
    ...(choices === null ? [] : [choices]),
  );
}
