import { backoffMs } from "@charla/agent/backoff";
import { mayAutomaticallySpeak } from "@charla/agent/owner";
import { messageOf } from "@charla/domain/errors";
import type { InRow, StepRow, TurnRow } from "@charla/domain/log";
import { Attention } from "./attention.ts";
import { closeTurn } from "./close-turn.ts";
import type { Core } from "./core.ts";
import { brokenOff, givenUp, suspended, takenOver, unasked, withoutRelease, wordless, type Ending } from "./endings.ts";
import { hasRunTools, holdForPerson } from "./hold.ts";
import type { HistoryCache } from "./history-cache.ts";
import type { LeaseHolder } from "./lease-holder.ts";
import type { Live } from "./live.ts";
import type { MediaDesk } from "./media-desk.ts";
import { AGAIN, guard, type Move, Moves, PAUSED_RECHECK_MS } from "./moves.ts";
import type { Outbox } from "./outbox.ts";
import { resumedTurn, takeFresh } from "./resumed-turn.ts";
import { DESPAIR_AFTER_MS, MAX_MESSAGES, MAX_SUPERSEDES } from "./turn-limits.ts";
import { burstOf, DEFAULT_BURST, newTurn, persist, revive, waitingOf, writtenTurn, type OpenTurn } from "./turn.ts";

export type Next = Move | { do: "rest" };
const REST: Next = { do: "rest" };

type Parts = { core: Core; outbox: Outbox; lease: LeaseHolder; history: HistoryCache; live: Live; media: MediaDesk };

/** One turn at a time: messages in, journaled steps, one answer out. */
export class Turns {
  readonly #core: Core;
  readonly #outbox: Outbox;
  readonly #lease: LeaseHolder;
  readonly #history: HistoryCache;
  readonly #live: Live;
  readonly #media: MediaDesk;
  readonly #moves: Moves;
  readonly #attention: Attention;
  #open: OpenTurn | null = null;
  #pending: InRow[] = [];
  /** Set after a restart that found open work: from then on a turn is written down before its first model call. */
  #recovering = false;
  /** The release of the turn before, until there is nothing left to do: whoever is being answered is answered by one agent. */
  #stays: { agentId: string; releaseId: string } | null = null;

  constructor(parts: Parts) {
    this.#core = parts.core;
    this.#outbox = parts.outbox;
    this.#lease = parts.lease;
    this.#history = parts.history;
    this.#live = parts.live;
    this.#media = parts.media;
    this.#attention = new Attention(parts.core);
    this.#moves = new Moves({ ...parts, isOpen: (turn) => this.#open === turn });
  }

  restore(turn: TurnRow | undefined, pending: InRow[], taken: InRow[], steps: StepRow[]): void {
    this.#pending = pending;
    this.#recovering = pending.length > 0 || turn !== undefined;
    if (!turn) return;
    const now = this.#core.now();
    turn.body.resumes++;
    turn.body.activeSince = now;
    const late = this.#pending[0]?.body.askedIn === undefined ? takeFresh(this.#pending, MAX_MESSAGES) : [];
    // What the model asked for before these were written is out of date, as it would have been without the restart.
    if (late.length > 0) this.#core.head.epoch++;
    this.#open = writtenTurn(turn, [...taken, ...late], steps, late);
    this.#stays = turn.body;
    this.#history.excludeTurn = turn.seq;
    this.#core.log.update(turn);
  }

  get active(): boolean {
    return this.#open !== null || this.#pending.length > 0;
  }

  firstOpen(): number | null {
    const seqs = [...this.#pending, ...(this.#open?.inbound ?? []), ...(this.#open ? [this.#open.row] : [])].map(
      (row) => row.seq,
    );
    return seqs.length === 0 ? null : Math.min(...seqs);
  }

  /** New messages: they join the turn in progress and make its unfinished answer worthless, or wait for the next one. */
  arrived(rows: InRow[]): void {
    const turn = this.#open;
    const full = !turn || turn.inbound.length + rows.length > MAX_MESSAGES;
    // Nobody overtakes those who wait for a turn of their own.
    if (full || turn.row.body.supersedes >= MAX_SUPERSEDES || this.#pending.length > 0) {
      this.#pending.push(...rows);
      return;
    }
    turn.inbound.push(...rows);
    turn.unseen.push(...rows.map(waitingOf));
    this.#supersede(turn);
  }

  /** A message was edited, deleted, reacted to or its files were read after it was taken in; `words` if it says something else now. */
  amended(row: InRow, words = true): void {
    const own = [...this.#pending, ...(this.#open?.inbound ?? [])].find((candidate) => candidate.seq === row.seq);
    if (!own) return this.#history.invalidate();
    own.body = row.body;
    if (words && this.#open?.inbound.includes(own)) this.#supersede(this.#open);
  }

  /** A person speaks now: the answer in progress is abandoned and its messages wait for whoever is next. */
  abandon(): void {
    this.#core.head.epoch++;
    this.#moves.stop("owner");
    this.#attention.ended();
    this.#history.invalidate();
    const turn = this.#open;
    const askedIn = turn && hasRunTools(turn.steps) ? turn.row.seq : undefined;
    for (const row of turn?.inbound ?? []) holdForPerson(this.#core, row, askedIn);
    for (const row of this.#pending.splice(0)) holdForPerson(this.#core, row);
    if (!turn) return;
    turn.inbound = [];
    this.#finish(turn, takenOver);
  }

  /** The person broke in while the answer was written: what they heard of it is the answer. */
  breakOff(heard: string): void {
    const turn = this.#open;
    if (!turn) return;
    this.#core.head.epoch++;
    this.#moves.stop("superseded");
    this.#finish(turn, brokenOff(heard));
  }

  /** A dead letter goes on under its own journal. */
  reopen(row: TurnRow, inbound: InRow[], steps: StepRow[]): boolean {
    if (this.#open) return false;
    revive(this.#core, row, steps);
    this.#goOn(writtenTurn(row, inbound, steps));
    guard(this.#core);
    return true;
  }

  #goOn(turn: OpenTurn): Next {
    this.#open = turn;
    this.#history.invalidate();
    this.#history.excludeTurn = turn.row.seq;
    return AGAIN;
  }

  /** Messages that were held for a person come back to the agent. */
  release(rows: InRow[]): void {
    this.#history.invalidate();
    this.#pending.push(...rows);
    if (rows.length > 0) guard(this.#core);
  }

  #supersede(turn: OpenTurn): void {
    if (turn.row.body.supersedes >= MAX_SUPERSEDES) return;
    this.#core.head.epoch++;
    if (this.#moves.stop("superseded")) turn.row.body.supersedes++;
  }

  /** One move. The caller repeats it until there is nothing to do now. */
  async advance(): Promise<Next> {
    const turn = this.#open;
    if (!turn) return await this.#openNext();
    const next = await this.#moves.next(turn);
    return "outcome" in next ? this.#finish(turn, next) : next;
  }

  /** Our own fault while driving: the turn is tried again later, and in the end given up visibly. */
  faulted(error: unknown): void {
    const turn = this.#open;
    if (!turn) return this.#despair(error);
    turn.row.body.faults = (turn.row.body.faults ?? 0) + 1;
    turn.row.body.error = messageOf(error).slice(0, 500);
    turn.row.body.notBefore = this.#core.now() + backoffMs(turn.row.body.faults, { baseMs: 1000, capMs: 30_000 });
    persist(this.#core, turn);
  }

  async #openNext(): Promise<Next> {
    const core = this.#core;
    if (this.#pending.length === 0 || !mayAutomaticallySpeak(core.head.owner, core.now())) {
      this.#stays = null;
      return REST;
    }
    guard(this.#core);
    const lease = await this.#lease.current();
    if (lease.status === "paused") return { do: "wait", until: core.now() + PAUSED_RECHECK_MS };
    const releaseId = this.#releaseOf(lease.releaseId);
    const release = releaseId === null ? null : await core.deps.release(core.key.tenantId, releaseId);
    const burst = release === null ? DEFAULT_BURST : await burstOf(core, release);
    if (lease.status === "active") this.#media.begin(this.#pending);
    const due = this.#moves.waitsUntil(this.#pending, this.#pending.map(waitingOf), burst);
    if (due > core.now()) {
      if (release && !unasked(core, this.#pending) && this.#media.dueAt(this.#pending) > 0) this.#reads();
      return { do: "wait", until: due };
    }
    // The owner may have changed while the lease was fetched.
    if (this.#pending.length === 0 || !mayAutomaticallySpeak(core.head.owner, core.now())) return AGAIN;
    const resumed = resumedTurn(core, this.#pending);
    if (resumed) return this.#goOn(resumed);
    const turn = newTurn(core, takeFresh(this.#pending, MAX_MESSAGES), releaseId ?? "");
    if (releaseId !== null) this.#stays = { agentId: core.head.agentId, releaseId };
    turn.release = release;
    turn.burst = burst;
    this.#open = turn;
    this.#history.excludeTurn = turn.row.seq;
    const quiet = unasked(core, turn.inbound);
    if (quiet) return this.#finish(turn, quiet);
    this.#live.toAll({ v: 1, type: "typing", on: true, who: "agent" });
    if (release && lease.status !== "suspended") this.#attention.began(turn.inbound);
    if (!release) return this.#finish(turn, withoutRelease);
    if (lease.status === "suspended") return this.#finish(turn, suspended(release));
    const mute = wordless(core, release, turn.inbound);
    if (mute) return this.#finish(turn, mute);
    if (this.#recovering || this.#live.watched("operator")) {
      turn.row.body.resumes = this.#recovering ? 1 : 0;
      persist(core, turn);
    }
    return AGAIN;
  }

  #releaseOf(leased: string | null): string | null {
    const stays = this.#stays;
    return stays?.agentId === this.#core.head.agentId && stays.releaseId !== "" ? stays.releaseId : leased;
  }

  /** Files hold the answer up: somebody is at it already. */
  #reads(): void {
    this.#live.toAll({ v: 1, type: "typing", on: true, who: "agent" });
    this.#attention.began(this.#pending);
  }

  /** Not even begun for a long time (no gate, no release): a visible dead letter is better than silence without end. */
  #despair(error: unknown): void {
    const oldest = this.#pending[0];
    if (!oldest || this.#core.now() - oldest.body.arrivedAt < DESPAIR_AFTER_MS) return;
    const turn = newTurn(this.#core, this.#pending.splice(0, MAX_MESSAGES), "");
    this.#finish(turn, givenUp(null, messageOf(error).slice(0, 500)));
  }

  #finish(turn: OpenTurn, ending: Ending): Next {
    this.#open = null;
    this.#recovering = false;
    this.#core.write(() => closeTurn({ core: this.#core, outbox: this.#outbox, history: this.#history }, turn, ending));
    this.#attention.ended();
    this.#lease.giveBack();
    this.#live.toAll({ v: 1, type: "typing", on: false, who: "agent" });
    return AGAIN;
  }
}
