import type { InRow, LogRow, NoteRow, OutRow, OutState, TurnRow } from "@charla/domain/log";
import { describe, expect, it } from "vitest";
import { LiveLog } from "./live-log.ts";
import { timelineOf } from "./timeline.ts";

const heard = (seq: number, turn: number | null, state: InRow["state"] = turn === null ? "new" : "taken"): InRow => ({
  seq,
  kind: "in",
  turn,
  key: null,
  state,
  at: seq,
  body: {
    id: `msg_${seq}`,
    event: { kind: "message", externalId: `e${seq}`, at: seq, text: `text ${seq}` },
    arrivedAt: seq,
    trackingId: "trk_1",
  },
});
const turn = (seq: number, state: TurnRow["state"] = "done"): TurnRow => ({
  seq,
  kind: "turn",
  turn: null,
  key: null,
  state,
  at: seq,
  body: {
    id: `trn_${seq}`,
    trackingId: "trk_1",
    epoch: 0,
    releaseId: "rel_1",
    agentId: "agt_1",
    openedAt: seq,
    activeSince: seq,
    resumes: 0,
    supersedes: 0,
    usage: { input: 0, output: 0, cached: 0 },
    costMicros: 0,
  },
});
const out = (seq: number, of: number | null, state: OutState = "sent"): OutRow => ({
  seq,
  kind: "out",
  turn: of,
  key: null,
  state,
  at: seq,
  body: {
    id: `msg_${seq}`,
    text: "hola",
    author: { type: "ai" },
    epoch: 0,
    inReplyTo: [],
    createdAt: seq,
    tries: 0,
    trackingId: "trk_1",
  },
});
const owner = (seq: number, to: "ai" | "human"): NoteRow => ({
  seq,
  kind: "note",
  turn: null,
  key: null,
  state: "done",
  at: seq,
  body: {
    type: "owner",
    from: { type: "ai" },
    to: to === "ai" ? { type: "ai" } : { type: "human", memberId: "m" },
    by: "m",
  },
});

const shape = (rows: LogRow[]): string[] =>
  timelineOf(rows).map((item) => {
    if (item.type === "turn")
      return `turn ${item.n}: ${item.inbound.map(({ seq }) => seq).join("+")} > ${item.events.map(({ seq }) => seq).join(",")}`;
    return item.type === "waiting"
      ? `waiting: ${item.inbound.map(({ seq }) => seq).join("+")}`
      : `${item.type} ${item.seq}`;
  });

describe("timelineOf", () => {
  it("gathers what belongs to a turn and puts the newest first", () => {
    expect(shape([heard(1, 3), heard(2, 3), turn(3), out(4, 3), heard(5, 6), turn(6), out(7, 6)])).toEqual([
      "turn 2: 5 > 7",
      "turn 1: 1+2 > 4",
    ]);
  });

  it("shows what waits for a turn, but not what has been settled without one", () => {
    expect(shape([heard(1, null), heard(2, null), heard(3, null, "applied"), heard(4, null, "ignored")])).toEqual([
      "waiting: 1+2",
    ]);
  });

  it("shows what people did between turns", () => {
    expect(shape([heard(1, 2), turn(2), out(3, 2), owner(4, "human"), out(5, null), owner(6, "ai")])).toEqual([
      "note 6",
      "out 5",
      "note 4",
      "turn 1: 1 > 3",
    ]);
  });

  it("does not depend on the order in which rows became known", () => {
    const rows = [heard(1, 3), heard(2, 3), turn(3), out(4, 3), owner(5, "human")];
    expect(shape(rows.toReversed())).toEqual(shape(rows));
  });

  it("leaves out rows of a turn that the snapshot no longer holds", () => {
    expect(shape([heard(8, 2), out(9, 2)])).toEqual([]);
  });
});

describe("LiveLog", () => {
  it("keeps the newest form of every row", () => {
    const log = new LiveLog();
    log.take({ v: 1, type: "snapshot", rows: [turn(1, "open"), out(2, 1, "queued")], seq: 2, after: 0, more: false });
    log.take({ v: 1, type: "row", row: out(2, 1, "sent") });
    expect([...log.rows.values()].map(({ state }) => state)).toEqual(["open", "sent"]);
  });

  it("follows the owner through frames, rows and snapshots", () => {
    const log = new LiveLog();
    log.take({ v: 1, type: "snapshot", rows: [owner(1, "human")], seq: 1, after: 0, more: false });
    expect(log.owner).toBe("human");
    log.take({ v: 1, type: "row", row: owner(2, "ai") });
    expect(log.owner).toBe("ai");
    log.take({ v: 1, type: "owner", owner: "paused" });
    expect(log.owner).toBe("paused");
  });

  it("gathers the words of one turn until they are void or sent", () => {
    const log = new LiveLog();
    const say = (turnId: string, index: number, text: string): boolean =>
      log.take({ v: 1, type: "chunk", turnId, index, text });
    say("a", 0, "ho");
    say("a", 1, "la");
    expect(log.draft?.text).toBe("hola");
    say("b", 0, "x");
    expect(log.draft).toEqual({ turnId: "b", text: "x" });
    log.take({ v: 1, type: "chunk_reset", turnId: "b" });
    expect(log.draft).toBeNull();
    say("b", 0, "y");
    log.take({ v: 1, type: "row", row: out(3, 1) });
    expect(log.draft).toBeNull();
  });
});
