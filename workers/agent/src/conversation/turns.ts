import { backoffMs } from "@charla/agent/backoff";
import { burstDueAt } from "@charla/agent/burst";
import { decide } from "@charla/agent/decide";
import { mayAutomaticallySpeak } from "@charla/agent/owner";
import { messageOf } from "@charla/domain/errors";
import type { InRow, StepRow, TurnRow } from "@charla/domain/log";
import type { Release } from "@charla/domain/release";
import { Attention } from "./attention.ts";
import { closeTurn } from "./close-turn.ts";
import type { Core } from "./core.ts";
import {
  apology,
  brokenOff,
  givenUp,
  isUnasked,
  suspended,
  takenOver,
  unasked,
  withoutRelease,
  wordless,
  type Ending,
} from "./endings.ts";
import { hasRunTools, holdForPerson } from "./hold.ts";
import type { HistoryCache } from "./history-cache.ts";
import type { LeaseHolder } from "./lease-holder.ts";
import type { Live } from "./live.ts";
import type { MediaDesk } from "./media-desk.ts";
import type { Outbox } from "./outbox.ts";
import { resumedTurn, takeFresh } from "./resumed-turn.ts";
import { Thinking } from "./thinking.ts";
import { runTools } from "./tool-steps.ts";
import { DESPAIR_AFTER_MS, MAX_FAULTS, MAX_MESSAGES, MAX_RESUMES, MAX_SUPERSEDES } from "./turn-limits.ts";
import { WATCHDOG_MS } from "./wake.ts";
import { burstOf, DEFAULT_BURST, newTurn, persist, revive, waitingOf, writtenTurn, type OpenTurn } from "./turn.ts";

export type Next = { do: "again" } | { do: "rest" } | { do: "wait"; until: number };
const AGAIN: Next = { do: "again" };
const REST: Next = { do: "rest" };

const PAUSED_RECHECK_MS = 60_000;

type Parts = { core: Core; outbox: Outbox; lease: LeaseHolder; history: HistoryCache; live: Live; media: MediaDesk };

/** One turn at a time: messages in, journaled steps, one answer out. */
export class Turns {
  readonly #core: Core;
  readonly #outbox: Outbox;
  readonly #lease: LeaseHolder;
  readonly #history: HistoryCache;
  readonly #live: Live;
  readonly #media: MediaDesk;
  readonly #thinking: Thinking;
  readonly #attention: Attention;
  #open: OpenTurn | null = null;
  #pending: InRow[] = [];
  /** Set after a restart that found open work: from then on a turn is written down before its first model call. */
  #recovering = false;

  constructor(parts: Parts) {
    this.#core = parts.core;
    this.#outbox = parts.outbox;
    this.#lease = parts.lease;
    this.#history = parts.history;
    this.#live = parts.live;
    this.#media = parts.media;
    this.#attention = new Attention(parts.core);
    this.#thinking = new Thinking({ ...parts, isOpen: (turn) => this.#open === turn });
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
    this.#thinking.stop("owner");
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
    this.#thinking.stop("superseded");
    this.#finish(turn, brokenOff(heard));
  }

  /** A dead letter goes on under its own journal. */
  reopen(row: TurnRow, inbound: InRow[], steps: StepRow[]): boolean {
    if (this.#open) return false;
    revive(this.#core, row, steps);
    this.#goOn(writtenTurn(row, inbound, steps));
    this.#guard();
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
    if (rows.length > 0) this.#guard();
  }

  #supersede(turn: OpenTurn): void {
    if (turn.row.body.supersedes >= MAX_SUPERSEDES) return;
    this.#core.head.epoch++;
    if (this.#thinking.stop("superseded")) turn.row.body.supersedes++;
  }

  /** One move. The caller repeats it until there is nothing to do now. */
  async advance(): Promise<Next> {
    const turn = this.#open;
    if (!turn) return await this.#openNext();
    const { body } = turn.row;
    const now = this.#core.now();
    if (body.resumes > MAX_RESUMES || (body.faults ?? 0) > MAX_FAULTS)
      return this.#finish(turn, givenUp(turn.release, body.error ?? "This turn was interrupted too often."));
    if (isUnasked(this.#core, turn.inbound)) return this.#finish(turn, unasked);
    if (body.notBefore !== undefined && body.notBefore > now) return { do: "wait", until: body.notBefore };
    this.#guard();
    const release = turn.release ?? (await this.#reload(turn));
    const { status } = await this.#lease.current();
    if (this.#open !== turn) return AGAIN;
    if (status === "paused") return { do: "wait", until: now + PAUSED_RECHECK_MS };
    if (status === "suspended") return this.#finish(turn, suspended(release));
    this.#media.begin(turn.inbound);
    const due = this.#waitsUntil(turn.inbound, turn.unseen, turn.burst);
    if (due > now) return { do: "wait", until: due };
    const mute = turn.steps.length === 0 ? wordless(this.#core, release, turn.inbound) : null;
    if (mute) return this.#finish(turn, mute);
    const decision = decide(
      turn.steps,
      release.settings.limits,
      { activeSince: body.activeSince, tokens: body.usage.input + body.usage.output },
      now,
    );
    switch (decision.do) {
      case "tools":
        await runTools(this.#core, turn, release, decision.step, decision.pending);
        return AGAIN;
      case "stop":
        return this.#finish(turn, apology(release, `The turn reached its limit of ${decision.reason}.`));
      case "model": {
        const ending = await this.#thinking.next(turn, release);
        return ending === null ? AGAIN : this.#finish(turn, ending);
      }
    }
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

  /** From here on something may be under way when the process dies. */
  #guard(): void {
    this.#core.wake.by(this.#core.now() + WATCHDOG_MS);
  }

  /** A turn from an earlier life knows its release by id only. */
  async #reload(turn: OpenTurn): Promise<Release> {
    const release = await this.#core.deps.release(this.#core.key.tenantId, turn.row.body.releaseId);
    turn.release = release;
    turn.burst = await burstOf(this.#core, release);
    return release;
  }

  async #openNext(): Promise<Next> {
    const core = this.#core;
    if (this.#pending.length === 0 || !mayAutomaticallySpeak(core.head.owner, core.now())) return REST;
    this.#guard();
    const lease = await this.#lease.current();
    if (lease.status === "paused") return { do: "wait", until: core.now() + PAUSED_RECHECK_MS };
    const release = lease.releaseId === null ? null : await core.deps.release(core.key.tenantId, lease.releaseId);
    const burst = release === null ? DEFAULT_BURST : await burstOf(core, release);
    if (lease.status === "active") this.#media.begin(this.#pending);
    const due = this.#waitsUntil(this.#pending, this.#pending.map(waitingOf), burst);
    if (due > core.now()) {
      if (release && this.#media.dueAt(this.#pending) > 0) this.#reads();
      return { do: "wait", until: due };
    }
    // The owner may have changed while the lease was fetched.
    if (this.#pending.length === 0 || !mayAutomaticallySpeak(core.head.owner, core.now())) return AGAIN;
    const resumed = resumedTurn(core, this.#pending);
    if (resumed) return this.#goOn(resumed);
    const turn = newTurn(core, takeFresh(this.#pending, MAX_MESSAGES), lease.releaseId ?? "");
    turn.release = release;
    turn.burst = burst;
    this.#open = turn;
    this.#history.excludeTurn = turn.row.seq;
    if (isUnasked(core, turn.inbound)) return this.#finish(turn, unasked);
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

  /** For the rest of a burst, and for files that are being read. */
  #waitsUntil(rows: InRow[], unseen: OpenTurn["unseen"], burst: OpenTurn["burst"]): number {
    return Math.max(unseen.length === 0 ? 0 : burstDueAt(unseen, burst), this.#media.dueAt(rows));
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
