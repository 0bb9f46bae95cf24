import type { Bubble, Choice } from "../../shared/protocol.ts";
import { el } from "../../../site/src/dom.ts";
import type { Texts } from "../texts.ts";

type Tap = (choice: Choice) => void;

const buttonsOf = (items: readonly Choice[], chosen: string | undefined, tap: Tap): HTMLButtonElement[] =>
  items.map((choice) =>
    el(
      "button",
      { type: "button", class: choice.id === chosen ? "choice chosen" : "choice", click: () => tap(choice) },
      choice.title,
    ),
  );

/** A list opens over the chat, as it does on the telephone. */
function sheetOf({ choices, chosen }: Bubble, texts: Texts, tap: Tap): HTMLElement {
  const title = choices?.label ?? texts.options;
  const sheet = el("dialog", { class: "sheet", "aria-label": title, closedby: "any" });
  const items = buttonsOf(choices?.items ?? [], chosen, (choice) => {
    sheet.close();
    tap(choice);
  });
  const close = el("button", { type: "button", class: "plain", click: () => sheet.close() }, texts.cancel);
  sheet.append(el("h2", {}, title), ...items, close);
  const open = (): void => sheet.showModal();
  return el(
    "div",
    { class: "choices" },
    el("button", { type: "button", class: "choice", click: open }, `☰ ${title}`),
    sheet,
  );
}

export function choicesOf(bubble: Bubble, texts: Texts, tap: Tap): HTMLElement | null {
  const { choices, chosen } = bubble;
  if (choices === undefined || choices.items.length === 0) return null;
  if (choices.look === "list") return sheetOf(bubble, texts, tap);
  return el("div", { class: `choices ${choices.look}` }, ...buttonsOf(choices.items, chosen, tap));
}
