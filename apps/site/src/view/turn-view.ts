import type { InRow, NoteRow } from "@charla/domain/log";
import { el } from "../dom.ts";
import type { Item, TurnCard, Waiting } from "../timeline.ts";
import type { Texts } from "../texts.ts";
import { chip, stateChip } from "./chips.ts";
import { type Look, outView, stepView } from "./step-view.ts";

function inText(row: InRow, texts: Texts): string {
  const { event, text } = row.body;
  if (event.kind === "message") return text ?? event.action?.title ?? event.text;
  if (event.kind === "edit" || event.kind === "human_echo") return `${texts.inKind[event.kind]}: ${event.text}`;
  return event.kind === "reaction" ? event.emoji : texts.inKind[event.kind];
}

const inbound = (rows: InRow[], { texts, format }: Look): Node[] =>
  rows.map((row) => el("p", { class: "heard", dir: "auto" }, inText(row, texts), el("time", {}, format.time(row.at))));

function turnFacts({ turn }: TurnCard, { texts, format }: Look): Node[] {
  const { body } = turn;
  return [
    ...(body.closedAt === undefined ? [] : [chip(format.ms(body.closedAt - body.openedAt))]),
    ...(body.usage.input + body.usage.output === 0
      ? []
      : [
          chip(texts.tokens(format.number(body.usage.input), format.number(body.usage.output))),
          chip(format.money(body.costMicros)),
        ]),
    chip(texts.epoch(body.epoch)),
    ...(body.supersedes > 0 ? [chip(texts.superseded(body.supersedes), "warn")] : []),
    ...(body.resumes > 0 ? [chip(texts.resumed(body.resumes), "warn")] : []),
  ];
}

function turnView(card: TurnCard, look: Look): HTMLElement {
  const { texts } = look;
  const { state, body } = card.turn;
  const word = body.outcome === undefined ? texts.turnState[state] : texts.outcome[body.outcome];
  const sent = card.events.filter((row) => row.kind === "out");
  const nodes = card.events.map((row) => (row.kind === "step" ? stepView(row, sent, look) : outView(row, look)));
  return el(
    "article",
    { class: `card turn ${state}` },
    el(
      "header",
      {},
      el("h2", {}, `${texts.turn} ${card.n}`),
      stateChip(state, word),
      el("div", { class: "facts" }, ...turnFacts(card, look)),
    ),
    ...(card.inbound.length > 1 ? [el("p", { class: "hint" }, texts.merged(card.inbound.length))] : []),
    ...inbound(card.inbound, look),
    el("ol", { class: "thread" }, ...nodes),
    ...(state === "open"
      ? [el("p", { class: "draft", "data-turn": body.id, "aria-hidden": "true", hidden: true })]
      : []),
    ...(body.error === undefined ? [] : [el("p", { class: "problem" }, body.error)]),
  );
}

function waitingView(item: Waiting, look: Look): HTMLElement {
  const { heldHint, waitingHint } = look.texts;
  const isHeld = item.inbound.every(({ state }) => state === "held");
  return el(
    "article",
    { class: "card waiting" },
    el("header", {}, el("h2", {}, look.texts.waiting)),
    el("p", { class: "hint" }, isHeld ? heldHint : waitingHint),
    ...inbound(item.inbound, look),
  );
}

function noteText(note: NoteRow, texts: Texts): string {
  const { body } = note;
  if (body.type === "owner") return texts.noteOwner[body.to.type];
  if (body.type === "summary") return `${texts.noteSummary}: ${body.text}`;
  return body.type === "handover"
    ? `${texts.noteHandover}: ${body.reason}`
    : `${texts.noteAudit}: ${body.what} ${body.detail}`;
}

export function itemView(item: Item, look: Look): HTMLElement {
  if (item.type === "turn") return turnView(item, look);
  if (item.type === "waiting") return waitingView(item, look);
  if (item.type === "out")
    return el("article", { class: "card loose" }, el("ol", { class: "thread" }, outView(item.out, look)));
  return el(
    "p",
    { class: "note" },
    el("span", {}, noteText(item.note, look.texts)),
    el("time", {}, look.format.time(item.note.at)),
  );
}
