import type { OutRow, OutState, StepState, TurnState } from "@charla/domain/log";
import { el } from "../dom.ts";
import type { Texts } from "../texts.ts";

type Tone = "run" | "good" | "warn" | "bad" | "calm";

const TONES: Record<StepState | OutState | TurnState, Tone> = {
  open: "run",
  started: "run",
  queued: "calm",
  sending: "run",
  sent: "good",
  delivered: "good",
  read: "good",
  done: "good",
  handed: "warn",
  superseded: "calm",
  dropped: "calm",
  unknown: "warn",
  failed: "bad",
  dead: "bad",
};

export const chip = (text: string, tone: Tone = "calm"): HTMLElement => el("span", { class: `chip ${tone}` }, text);
export const stateChip = (state: StepState | OutState | TurnState, text: string): HTMLElement =>
  chip(text, TONES[state]);

const PATH: OutState[] = ["queued", "sending", "sent", "delivered", "read"];

/** Where a message is on its way; a branch (failed, unknown, dropped) ends the way with its own word. */
export function outTrack({ state }: OutRow, texts: Texts): HTMLElement {
  const reached = PATH.indexOf(state);
  if (reached < 0) return el("div", { class: "track" }, stateChip(state, texts.outState[state]));
  const stops = PATH.map((stop, at) => {
    const place = at < reached ? "past" : at === reached ? "here" : "ahead";
    return el("li", { class: place, ...(place === "here" ? { "aria-current": "step" } : {}) }, texts.outState[stop]);
  });
  return el("ol", { class: "track" }, ...stops);
}
