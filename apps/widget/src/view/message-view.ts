import type { Action, ChatState, Entry } from "../state.ts";
import type { FileLinks } from "../file-links.ts";
import type { Lang, Texts } from "../texts.ts";
import { timeLabel } from "./days.ts";
import { el, icon, ICONS } from "./dom.ts";
import { fileView } from "./file-view.ts";
import { plainText, richText } from "./markdown-view.ts";

export type MessageContext = {
  texts: Texts;
  lang: Lang;
  agentName: string;
  files: FileLinks;
  /** Whether an earlier message of the same author stands right above. */
  follows: boolean;
  /** Buttons are offered on the newest message only: older ones have been answered. */
  offersButtons: boolean;
  onButton: (action: Action) => void;
  onRetry: (id: string) => void;
  onDiscard: (id: string) => void;
};

export function authorOf(entry: Entry, agentName: string, texts: Texts): string {
  if (entry.role === "visitor") return texts.you;
  if (entry.role === "system") return texts.system;
  if (entry.role === "human") return entry.author ?? texts.person;
  return agentName === "" ? texts.assistant : agentName;
}

function marks(entry: Entry, { texts, lang }: MessageContext): Node {
  const time = el("time", { datetime: new Date(entry.at).toISOString() }, timeLabel(entry.at, lang));
  if (entry.delivery === null) return el("div", { class: "meta" }, time);
  const mark = el(
    "span",
    { class: `mark ${entry.delivery}` },
    icon(ICONS[entry.delivery], texts.delivery[entry.delivery]),
  );
  return el("div", { class: "meta" }, time, mark);
}

function failure(entry: Entry, context: MessageContext): Node[] {
  const { clientId } = entry;
  if (entry.delivery !== "failed" || clientId === undefined) return [];
  const { texts } = context;
  const again = el("button", { type: "button", class: "small", click: () => context.onRetry(clientId) }, texts.retry);
  const drop = el(
    "button",
    { type: "button", class: "small", click: () => context.onDiscard(clientId) },
    texts.discard,
  );
  return [el("div", { class: "failure" }, el("span", {}, texts.failed(entry.errorCode ?? "")), again, drop)];
}

function replies(entry: Entry, context: MessageContext): Node[] {
  if (!context.offersButtons || entry.deleted || entry.buttons === undefined || entry.buttons.length === 0) return [];
  const buttons = entry.buttons.map((action) =>
    el("button", { type: "button", class: "reply", dir: "auto", click: () => context.onButton(action) }, action.title),
  );
  return [el("div", { class: "replies", role: "group", "aria-label": context.texts.replies }, ...buttons)];
}

function words({ role, text }: Entry, { newTab }: Texts): Node[] {
  if (text === "") return [];
  return role === "visitor" ? plainText(text, newTab) : richText(text, newTab);
}

function body(entry: Entry, context: MessageContext): Node[] {
  const { texts, lang, files } = context;
  if (entry.deleted) return [el("p", { class: "deleted" }, texts.deleted)];
  const { seq } = entry;
  const shown = seq === null ? [] : (entry.files ?? []);
  return [
    ...shown.map((file, n) => fileView(file, () => files.ask(`${seq}/files/${n}`), { texts, lang })),
    ...words(entry, texts),
  ];
}

export function messageView(entry: Entry, context: MessageContext): HTMLElement {
  const author = el(
    "span",
    { class: context.follows || entry.role === "visitor" ? "author sr" : "author", dir: "auto" },
    authorOf(entry, context.agentName, context.texts),
  );
  const bubble = el("div", { class: "bubble", dir: "auto" }, ...body(entry, context));
  return el(
    "div",
    { class: `message ${entry.role}${context.follows ? " follows" : ""}` },
    author,
    bubble,
    marks(entry, context),
    ...failure(entry, context),
    ...replies(entry, context),
  );
}

/** All that a message's element is made of; equal strings need no new element. */
export function fingerprint(entry: Entry, context: MessageContext, state: ChatState): string {
  return JSON.stringify([
    entry.text,
    entry.at,
    entry.delivery,
    entry.deleted,
    entry.author,
    entry.files,
    entry.errorCode,
    context.follows,
    context.offersButtons && entry.buttons,
    state.agentName,
  ]);
}
