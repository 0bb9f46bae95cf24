import { choicesOf } from "@charla/agent/choices";
import { inOrder } from "@charla/agent/transcript";
import type { OutRow } from "@charla/domain/log";
import type { Core } from "./core.ts";
import type { Ending } from "./endings.ts";
import { finishLine } from "./finish-line.ts";
import type { HistoryCache } from "./history-cache.ts";
import type { Outbox } from "./outbox.ts";
import { bubbleId, persist, type OpenTurn } from "./turn.ts";

type Parts = { core: Core; outbox: Outbox; history: HistoryCache };

/** The end of a turn is one synchronous tick: journal, answer, totals and the mark on its messages are one commit. */
export function closeTurn({ core, outbox, history }: Parts, turn: OpenTurn, ending: Ending): void {
  const { body } = turn.row;
  turn.row.state = ending.state;
  body.closedAt = core.now();
  body.outcome = ending.outcome;
  body.epoch = core.head.epoch;
  delete body.notBefore;
  if (ending.error) body.error = ending.error;
  persist(core, turn);
  if (ending.step) {
    turn.steps.push(ending.step);
    core.log.insert(ending.step);
  }
  const said = ending.text.trim() === "" ? [] : say(outbox, turn, ending);
  if (ending.audit) core.note({ type: "audit", ...ending.audit }, { turn: turn.row.seq });
  if (ending.handover) askForPerson(core, turn, ending.handover);
  history.excludeTurn = null;
  history.append([...inOrder(turn.inbound), ...said]);
  core.head.lastAt = core.now();
  core.saveHead();
  if (said.length > 0) void outbox.kick();
  finishLine(core, turn);
}

function say(outbox: Outbox, turn: OpenTurn, ending: Ending): OutRow[] {
  const messages = turn.inbound.filter((row) => row.body.event.kind === "message");
  return outbox.append({
    answer: ending.outcome === "answered" ? choicesOf(ending.text) : { text: ending.text },
    author: ending.outcome === "answered" ? { type: "ai" } : { type: "system" },
    turn: { seq: turn.row.seq, id: turn.row.body.id },
    inReplyTo: messages.map((row) => row.body.event.externalId),
    trackingId: turn.row.body.trackingId,
    idOf: (bubble) => bubbleId(turn.row.body.id, bubble, turn.row.body.replays),
  });
}

function askForPerson(core: Core, turn: OpenTurn, reason: string): void {
  core.head.handover = true;
  core.note({ type: "handover", reason, turnId: turn.row.body.id }, { turn: turn.row.seq });
}
