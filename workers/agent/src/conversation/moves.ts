import { burstDueAt } from "@charla/agent/burst";
import { decide } from "@charla/agent/decide";
import type { InRow } from "@charla/domain/log";
import type { Release } from "@charla/domain/release";
import type { Core } from "./core.ts";
import { apology, type Ending, givenUp, suspended, unasked, wordless } from "./endings.ts";
import type { HistoryCache } from "./history-cache.ts";
import type { LeaseHolder } from "./lease-holder.ts";
import type { Live } from "./live.ts";
import { lookUp, needsLookUp } from "./look-up.ts";
import type { MediaDesk } from "./media-desk.ts";
import { Thinking } from "./thinking.ts";
import { runTools } from "./tool-steps.ts";
import { MAX_FAULTS, MAX_RESUMES } from "./turn-limits.ts";
import { burstOf, type OpenTurn } from "./turn.ts";
import { WATCHDOG_MS } from "./wake.ts";

export type Move = { do: "again" } | { do: "wait"; until: number };
export const AGAIN: Move = { do: "again" };
export const PAUSED_RECHECK_MS = 60_000;

type Parts = {
  core: Core;
  lease: LeaseHolder;
  history: HistoryCache;
  live: Live;
  media: MediaDesk;
  /** Whether this is still the turn in progress. */
  isOpen: (turn: OpenTurn) => boolean;
};

/** From here on something may be under way when the process dies. */
export function guard(core: Core): void {
  core.wake.by(core.now() + WATCHDOG_MS);
}

/** What an open turn does next: it waits, takes a step, or ends. */
export class Moves {
  readonly #parts: Parts;
  readonly #thinking: Thinking;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#thinking = new Thinking(parts);
  }

  /** True when a model call was under way, which nobody waits for any more. */
  stop(reason: "owner" | "superseded"): boolean {
    return this.#thinking.stop(reason);
  }

  /** For the rest of a burst, and for files that are being read. */
  waitsUntil(rows: InRow[], unseen: OpenTurn["unseen"], burst: OpenTurn["burst"]): number {
    return Math.max(unseen.length === 0 ? 0 : burstDueAt(unseen, burst), this.#parts.media.dueAt(rows));
  }

  async next(turn: OpenTurn): Promise<Move | Ending> {
    const { core, lease, media, isOpen } = this.#parts;
    const { body } = turn.row;
    const now = core.now();
    if (body.resumes > MAX_RESUMES || (body.faults ?? 0) > MAX_FAULTS)
      return givenUp(turn.release, body.error ?? "This turn was interrupted too often.");
    const quiet = unasked(core, turn.inbound);
    if (quiet) return quiet;
    if (body.notBefore !== undefined && body.notBefore > now) return { do: "wait", until: body.notBefore };
    guard(core);
    const release = turn.release ?? (await this.#reload(turn));
    const { status } = await lease.current();
    if (!isOpen(turn)) return AGAIN;
    if (status === "paused") return { do: "wait", until: now + PAUSED_RECHECK_MS };
    if (status === "suspended") return suspended(release);
    media.begin(turn.inbound);
    const due = this.waitsUntil(turn.inbound, turn.unseen, turn.burst);
    if (due > now) return { do: "wait", until: due };
    const mute = turn.steps.length === 0 ? wordless(core, release, turn.inbound) : null;
    return mute ?? (await this.#step(turn, release, now));
  }

  async #step(turn: OpenTurn, release: Release, now: number): Promise<Move | Ending> {
    const { activeSince, usage } = turn.row.body;
    const spent = { activeSince, tokens: usage.input + usage.output };
    const decision = decide(turn.steps, release.settings.limits, spent, now);
    switch (decision.do) {
      case "tools":
        await runTools(this.#parts.core, turn, release, decision.step, decision.pending);
        return AGAIN;
      case "stop":
        return apology(release, `The turn reached its limit of ${decision.reason}.`);
      case "model":
        if (needsLookUp(this.#parts.core, turn, release)) {
          await lookUp(this.#parts, turn, release);
          return AGAIN;
        }
        return (await this.#thinking.next(turn, release)) ?? AGAIN;
    }
  }

  /** A turn from an earlier life knows its release by id only. */
  async #reload(turn: OpenTurn): Promise<Release> {
    const { core } = this.#parts;
    const release = await core.deps.release(core.key.tenantId, turn.row.body.releaseId);
    turn.release = release;
    turn.burst = await burstOf(core, release);
    return release;
  }
}
