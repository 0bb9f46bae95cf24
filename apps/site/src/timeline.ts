import type { InRow, LogRow, NoteRow, OutRow, StepRow, TurnRow } from "@charla/domain/log";

/** A turn with everything that belongs to it, in the order it happened. */
export type TurnCard = {
  type: "turn";
  seq: number;
  n: number;
  turn: TurnRow;
  inbound: InRow[];
  events: (StepRow | OutRow)[];
};
export type Waiting = { type: "waiting"; seq: number; inbound: InRow[] };
export type Note = { type: "note"; seq: number; note: NoteRow };
export type Loose = { type: "out"; seq: number; out: OutRow };
export type Item = TurnCard | Waiting | Note | Loose;

const isWaiting = (row: InRow): boolean => row.turn === null && (row.state === "new" || row.state === "held");

/** The log as a story, newest first: turns with their steps, what waits for a turn, what people did in between. */
export function timelineOf(rows: Iterable<LogRow>): Item[] {
  const cards = new Map<number, TurnCard>();
  const items: Item[] = [];
  const waiting: InRow[] = [];
  const sorted = [...rows].toSorted((a, b) => a.seq - b.seq);
  for (const row of sorted) {
    if (row.kind !== "turn") continue;
    const card: TurnCard = { type: "turn", seq: row.seq, n: cards.size + 1, turn: row, inbound: [], events: [] };
    cards.set(row.seq, card);
    items.push(card);
  }
  for (const row of sorted) {
    const card = row.turn === null ? undefined : cards.get(row.turn);
    if (row.kind === "in") {
      if (card !== undefined) card.inbound.push(row);
      else if (isWaiting(row)) waiting.push(row);
    } else if (row.kind === "step") card?.events.push(row);
    else if (row.kind === "out") {
      if (row.turn === null) items.push({ type: "out", seq: row.seq, out: row });
      else card?.events.push(row);
    } else if (row.kind === "note") items.push({ type: "note", seq: row.seq, note: row });
  }
  const last = waiting.at(-1);
  if (last !== undefined) items.push({ type: "waiting", seq: last.seq, inbound: waiting });
  return items.toSorted((a, b) => b.seq - a.seq);
}
