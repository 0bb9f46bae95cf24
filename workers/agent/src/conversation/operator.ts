import { toMessages } from "@charla/agent/history";
import { systemPrompt } from "@charla/agent/prompt";
import { shownPassages } from "@charla/agent/rag/query";
import { AppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import type { OutFile } from "@charla/domain/inbound";
import { isDeadLetter } from "@charla/agent/lattice";
import type { InRow, StepRow } from "@charla/domain/log";
import type { Core } from "./core.ts";
import { shortened } from "./fit.ts";
import { toItem, type HistoryCache } from "./history-cache.ts";
import { parkedError, unknownTurn } from "./journal-version.ts";
import { channelFor } from "./out-sender.ts";
import type { Outbox } from "./outbox.ts";
import { joined, ownMessages } from "./own-messages.ts";
import type { OwnerDesk } from "./owner-desk.ts";
import type { Turns } from "./turns.ts";

type HumanMessage = { memberId: string; name?: string; text: string; files?: OutFile[]; clientId: string };
type Said = { id: string; seq: number; duplicate: boolean };

/** The client's id makes the message: sent again, it is found instead of said again. */
async function humanMessageId(memberId: string, clientId: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${memberId}\n${clientId}`));
  let text = "";
  for (const byte of new Uint8Array(digest).subarray(0, 26)) text += (byte & 31).toString(32);
  return `msg_${text}`;
}

/** Before anybody takes over for it: a call has only a voice, and what it cannot carry must not look as if it were sent. */
function assertTakesFiles(core: Core): void {
  if (channelFor(core).line === undefined) return;
  throw new AppError("UNPROCESSABLE", "files into a call", {
    publicMessage: {
      es: "Una llamada no admite archivos. Dígalo con palabras o envíe el archivo por otro canal.",
      en: "A telephone call takes no files. Say it in words, or send the file by another channel.",
    },
    fields: [{ path: "body.attachments", message: "Not taken by this channel" }],
  });
}

export async function sayAsHuman(
  parts: { core: Core; desk: OwnerDesk; outbox: Outbox; history: HistoryCache },
  message: HumanMessage,
): Promise<Said> {
  const { core, desk, outbox, history } = parts;
  const id = await humanMessageId(message.memberId, message.clientId);
  const known = core.log.byKey(id);
  if (known) return { id, seq: known.seq, duplicate: true };
  if (message.files?.length) assertTakesFiles(core);
  desk.assertMayWrite(message.memberId);
  if (desk.current().type !== "human") await desk.takeOver(message.memberId, { reason: "A member answered." });
  // The same message may have come a second time while the take-over waited for the wire.
  const meanwhile = core.log.byKey(id);
  if (meanwhile) return { id, seq: meanwhile.seq, duplicate: true };
  const rows = outbox.append({
    answer: { text: message.text, ...(message.files?.length ? { media: message.files } : {}) },
    author: {
      type: "human",
      memberId: message.memberId,
      ...(message.name === undefined ? {} : { name: message.name }),
    },
    turn: null,
    inReplyTo: [],
    trackingId: newId("tracking", core.now()),
    idOf: (bubble) => (bubble === 0 ? id : `${id.slice(0, -2)}${bubble.toString(32).padStart(2, "0")}`),
  });
  history.append(rows);
  core.head.lastAt = core.now();
  core.head.lastHumanSeq = core.log.last;
  core.head.handover = false;
  core.saveHead();
  void outbox.kick();
  return { id, seq: rows[0]?.seq ?? core.log.last, duplicate: false };
}

export function replayRow(
  parts: { core: Core; outbox: Outbox; turns: Turns },
  seq: number,
  by: string,
): { seq: number; state: string } {
  const { core, outbox, turns } = parts;
  const row = core.log.bySeq(seq);
  if (row?.kind === "out" && isDeadLetter(row.state)) {
    outbox.replay(row);
    reopenFrom(core, row.seq);
    note(core, `message.replay ${row.body.id}`, by);
    return { seq, state: row.state };
  }
  if (row?.kind === "turn" && (row.state === "failed" || row.state === "dead")) {
    const parked = unknownTurn(row.body);
    if (parked !== null) throw parkedError(parked);
    const rows = core.log.ofTurn(seq);
    const inbound = rows.filter((candidate): candidate is InRow => candidate.kind === "in");
    const steps = rows.filter((candidate): candidate is StepRow => candidate.kind === "step");
    if (!turns.reopen(row, inbound, steps))
      throw new AppError("CONFLICT", "a turn is open", {
        publicMessage: {
          es: "Hay un turno en marcha; inténtalo cuando acabe.",
          en: "A turn is in progress; try again when it has ended.",
        },
      });
    reopenFrom(core, Math.min(...rows.map((candidate) => candidate.seq)));
    note(core, `turn.replay ${row.body.id}`, by);
    return { seq, state: row.state };
  }
  throw new AppError("CONFLICT", "not a dead letter", {
    publicMessage: { es: "Esto no es un mensaje fallido.", en: "This is not a dead letter." },
  });
}

/** A restart looks for open work from this mark on. */
function reopenFrom(core: Core, seq: number): void {
  core.head.settledBefore = Math.min(core.head.settledBefore, seq);
}

function note(core: Core, what: string, by: string): void {
  core.note({ type: "audit", what, detail: `by ${by}` });
  core.saveHead();
}

/** The prompt of a past call, rebuilt from the same rows by the same functions. */
export async function promptOf(
  core: Core,
  turnSeq: number,
  n: number,
): Promise<{ system: string; messages: unknown[] }> {
  const rows = core.log.ofTurn(turnSeq);
  const step = rows.find((row): row is StepRow => row.kind === "step" && row.body.n === n);
  if (!step || step.body.type !== "model")
    throw new AppError("NOT_FOUND", "no such model step", { publicMessage: "No such step." });
  const { prompt } = step.body;
  const release = await core.deps.release(core.key.tenantId, prompt.releaseId);
  const inbound = rows.filter((row): row is InRow => row.kind === "in" && row.seq <= prompt.toSeq);
  const steps = rows.filter((row): row is StepRow => row.kind === "step" && row.seq < step.seq);
  const earlier =
    prompt.fromSeq === 0
      ? []
      : core.log.from(prompt.fromSeq, 2000).filter((row) => row.seq <= prompt.toSeq && row.turn !== turnSeq);
  const items = earlier.map(toItem).filter((item) => item !== null);
  const { each, own: cutTo } = prompt.room ?? { each: release.settings.limits.historyTokens };
  const own = ownMessages(inbound, steps, each);
  const summary = prompt.summarySeq === 0 ? null : summaryOf(core, prompt.summarySeq);
  return {
    system: systemPrompt(release, {
      contact: core.head.contact,
      channelKind: core.head.channelKind,
      at: prompt.at ?? step.at,
      summary,
      manner: channelFor(core).manner,
      passages: shownPassages(steps),
    }),
    messages: joined(toMessages(items), cutTo === undefined ? own : shortened(own, cutTo)),
  };
}

function summaryOf(core: Core, upTo: number): string | null {
  for (const row of core.log.notes()) {
    if (row.kind === "note" && row.body.type === "summary" && row.body.upTo === upTo) return row.body.text;
  }
  return null;
}
