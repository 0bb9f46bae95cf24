import type { ModelStepBody, OutRow, RetrievalStepBody, StepRow, ToolStepBody } from "@charla/domain/log";
import { type Child, el } from "../dom.ts";
import type { Format } from "../format.ts";
import type { Texts } from "../texts.ts";
import { chip, outTrack, stateChip } from "./chips.ts";

export type Look = { texts: Texts; format: Format };

/** What a card already shows as sent need not be read twice. */
const isSaid = (text: string, sent: OutRow[]): boolean => sent.some((row) => row.body.text.trim() === text.trim());

const pretty = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? ""));

const block = (title: string, text: string): Node =>
  el("div", { class: "block" }, el("h4", {}, title), el("pre", { tabindex: "0" }, text));

function node(kind: string, title: string, state: Child, facts: Child[], details: Child[]): HTMLElement {
  return el(
    "li",
    { class: `node ${kind}` },
    el("div", { class: "line" }, el("h3", {}, title), state),
    ...(facts.length === 0 ? [] : [el("div", { class: "facts" }, ...facts)]),
    ...details,
  );
}

function modelView(row: StepRow, body: ModelStepBody, sent: OutRow[], { texts, format }: Look): HTMLElement {
  const { usage } = body;
  const facts = [
    chip(`${body.provider} · ${body.model}`),
    chip(
      texts.tokens(format.number(usage.input), format.number(usage.output)) +
        (body.usageEstimated === true ? ` (${texts.estimated})` : ""),
    ),
    ...(usage.cached > 0 ? [chip(texts.cached(format.number(usage.cached)))] : []),
    chip(format.money(body.costMicros)),
    chip(format.ms(body.ms)),
    ...(body.firstTokenMs === undefined ? [] : [chip(texts.first(format.ms(body.firstTokenMs)))]),
    ...(body.attempt > 1 ? [chip(texts.attempt(body.attempt), "warn")] : []),
  ];
  const details = [
    ...(body.text === "" || isSaid(body.text, sent) ? [] : [block(texts.text, body.text)]),
    ...body.calls.map((call) => block(`${texts.calls}: ${call.name}`, pretty(call.input))),
    ...(body.error === undefined ? [] : [el("p", { class: "problem" }, `${body.error.class}: ${body.error.message}`)]),
  ];
  const title = body.purpose === "summary" ? texts.summary : texts.model;
  return node(
    "model",
    title,
    stateChip(row.state, texts.stepState[row.state]),
    row.state === "started" ? [] : facts,
    details,
  );
}

function toolView(row: StepRow, body: ToolStepBody, { texts, format }: Look): HTMLElement {
  const facts = [
    chip(body.name),
    chip(texts.effect[body.effect]),
    ...(body.ms === undefined ? [] : [chip(format.ms(body.ms))]),
    ...(body.attempts > 1 ? [chip(texts.tries(body.attempts), "warn")] : []),
  ];
  const details = [
    block(texts.input, pretty(body.input)),
    ...(body.output === undefined ? [] : [block(texts.output, pretty(body.output))]),
    ...(body.error === undefined ? [] : [el("p", { class: "problem" }, `${body.error.code}: ${body.error.message}`)]),
  ];
  return node("tool", texts.tool, stateChip(row.state, texts.stepState[row.state]), facts, details);
}

function retrievalView(row: StepRow, body: RetrievalStepBody, { texts, format }: Look): HTMLElement {
  const facts = [
    chip(texts.passages(format.number(body.passages.length))),
    chip(format.ms(body.ms)),
    ...(body.degraded === undefined ? [] : [chip(texts.degraded, "warn")]),
  ];
  const percent = (share: number): string => `${format.number(Math.round(share * 100))} %`;
  const details = [
    block(texts.query, body.query),
    ...body.passages.map(({ title, heading, text, coverage }) =>
      block(`${[title, heading].filter((part) => part !== "").join(" > ")} · ${percent(coverage)}`, text),
    ),
  ];
  return node("tool", texts.retrieval, stateChip(row.state, texts.stepState[row.state]), facts, details);
}

export function stepView(row: StepRow, sent: OutRow[], look: Look): HTMLElement {
  if (row.body.type === "model") return modelView(row, row.body, sent, look);
  return row.body.type === "tool" ? toolView(row, row.body, look) : retrievalView(row, row.body, look);
}

export function outView(row: OutRow, { texts }: Look): HTMLElement {
  const { body } = row;
  const who =
    body.author.type === "human" && body.author.name !== undefined ? body.author.name : texts.author[body.author.type];
  const details = [
    el("p", { class: "said", dir: "auto" }, body.text),
    outTrack(row, texts),
    ...(body.tries > 1 ? [el("div", { class: "facts" }, chip(texts.tries(body.tries), "warn"))] : []),
    ...(body.error === undefined ? [] : [el("p", { class: "problem" }, `${body.error.class}: ${body.error.message}`)]),
  ];
  return node(
    `out ${body.author.type}`,
    texts.outbox,
    chip(who, body.author.type === "human" ? "warn" : "calm"),
    [],
    details,
  );
}
