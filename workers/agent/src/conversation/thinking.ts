import { backoffMs } from "@charla/agent/backoff";
import { framingOf } from "@charla/agent/framing";
import { toolsOf } from "@charla/agent/hand-over";
import { HeldStream } from "@charla/agent/held-stream";
import { reveals } from "@charla/agent/prompt-leak";
import { textOfInbound } from "@charla/agent/transcript";
import type { StepRow } from "@charla/domain/log";
import type { ModelRef, Release } from "@charla/domain/release";
import { ModelError } from "@charla/models/contract";
import { chooseModel, isHopeless } from "./choose-model.ts";
import type { Core } from "./core.ts";
import { answered, apology, overBudget, withheld, type Ending } from "./endings.ts";
import type { HistoryCache } from "./history-cache.ts";
import type { LeaseHolder } from "./lease-holder.ts";
import type { Live } from "./live.ts";
import { buildPrompt } from "./build-prompt.ts";
import { callOnce, connect, reservation, stepRow, type Call, type Outcome } from "./model-step.ts";
import { addUsage, persist, type OpenTurn } from "./turn.ts";

const MAX_REST_MS = 30_000;

type Parts = {
  core: Core;
  lease: LeaseHolder;
  history: HistoryCache;
  live: Live;
  /** Whether this is still the turn in progress. */
  isOpen: (turn: OpenTurn) => boolean;
};

/** One model call of a turn, from the prompt to what becomes of the answer. */
export class Thinking {
  readonly #parts: Parts;
  #calling: AbortController | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** True when a call was under way, which nobody waits for any more. */
  stop(reason: "owner" | "superseded"): boolean {
    this.#calling?.abort(reason);
    return this.#calling !== null;
  }

  /** How the turn ends; null when it goes on. */
  async next(turn: OpenTurn, release: Release): Promise<Ending | null> {
    const { core, lease, history, live } = this.#parts;
    const found = chooseModel(turn, release, (ref) => this.#restsUntil(ref), core.now());
    if (!found) return apology(release, "No model could answer.");
    const { until, ...chosen } = found;
    if (until > core.now()) {
      // Looked at again before long: the turn's own limits hold while it waits.
      turn.row.body.notBefore = Math.min(until, core.now() + MAX_REST_MS);
      return null;
    }
    const { epoch } = core.head;
    const connection = await connect(core, chosen.ref);
    if (this.#isStale(turn, epoch)) return null;
    const kind = connection instanceof ModelError ? "openai-compatible" : connection.kind;
    const prompt = buildPrompt(core, history, turn, { release, ref: chosen.ref, kind });
    if (connection instanceof ModelError) {
      const call = { ...chosen, prompt };
      return this.#failed(turn, call.attempt, stepRow(core, turn, call, { ok: false, error: connection, ms: 0 }));
    }
    const tools = toolsOf(release);
    const covered = await lease.covers(reservation({ ref: chosen.ref, connection, prompt, tools }, release));
    // Somebody may have written or taken over while this was prepared: then the prompt is out of date.
    if (this.#isStale(turn, epoch)) return null;
    if (!covered) return overBudget(release);
    const abort = (this.#calling = new AbortController());
    turn.unseen = [];
    const call: Call = { ...chosen, connection, prompt, tools, signal: abort.signal };
    const stream = live.watched() ? this.#streamTo(turn, release, abort.signal) : null;
    if (stream) call.onText = (delta) => stream.push(delta);
    const outcome = await callOnce(core, release, call);
    if (this.#calling === abort) this.#calling = null;
    if (this.#isStale(turn, epoch)) return this.#discard(turn, call, outcome);
    const step = stepRow(core, turn, call, outcome);
    this.#learn(call, outcome);
    if (!outcome.ok) {
      if (outcome.spent) addUsage(core, turn, outcome.spent.usage, outcome.spent.costMicros);
      return this.#failed(turn, call.attempt, step, outcome.error.retryAfterMs);
    }
    addUsage(core, turn, outcome.answer.usage, outcome.answer.costMicros);
    const leak = reveals(framingOf(release), outcome.answer.text, () => turn.inbound.map(textOfInbound));
    if (leak) this.#resetStream(turn);
    else stream?.flush();
    if (outcome.answer.calls.length > 0) return this.#journal(turn, step);
    if (outcome.answer.text.trim() === "") return this.#failed(turn, call.attempt, { ...step, state: "failed" });
    return leak ? withheld(core, release, step) : answered(outcome.answer.text, step);
  }

  #restsUntil(ref: ModelRef): number {
    const { core, lease } = this.#parts;
    return Math.max(core.deps.holds.until({ tenantId: core.key.tenantId, ref }), lease.heldUntil(ref.provider));
  }

  /** What a vendor says of its key concerns every conversation of the tenant. */
  #learn({ ref }: Call, outcome: Outcome): void {
    const { core } = this.#parts;
    const key = { tenantId: core.key.tenantId, ref };
    if (outcome.ok) return core.deps.holds.worked(key);
    const until = core.deps.holds.failed(key, outcome.error, core.now());
    if (until === null) return;
    const told = core.deps.gate(key.tenantId).hold({ provider: ref.provider, until });
    // Not heard of, others are told by the vendor itself.
    core.keepAlive(told.catch(() => undefined));
  }

  #isStale(turn: OpenTurn, epoch: number): boolean {
    return !this.#parts.isOpen(turn) || this.#parts.core.head.epoch !== epoch;
  }

  #journal(turn: OpenTurn, step: StepRow): null {
    const { core } = this.#parts;
    turn.steps.push(step);
    persist(core, turn);
    core.log.insert(step);
    core.saveHead();
    return null;
  }

  /** The answer is worthless, what it cost is not: it is kept in the journal. */
  #discard(turn: OpenTurn, call: Call, outcome: Outcome): null {
    const { core, isOpen } = this.#parts;
    this.#resetStream(turn);
    const spent = outcome.ok ? outcome.answer : outcome.spent;
    if (spent) addUsage(core, turn, spent.usage, spent.costMicros);
    return isOpen(turn) ? this.#journal(turn, { ...stepRow(core, turn, call, outcome), state: "superseded" }) : null;
  }

  #failed(turn: OpenTurn, attempt: number, step: StepRow, retryAfterMs = 0): null {
    this.#resetStream(turn);
    logFailure(this.#parts.core, turn, attempt, step);
    if (isHopeless(step)) delete turn.row.body.notBefore;
    else
      turn.row.body.notBefore =
        this.#parts.core.now() + backoffMs(attempt, { baseMs: 250, capMs: 20_000, atLeastMs: retryAfterMs });
    return this.#journal(turn, step);
  }

  #resetStream(turn: OpenTurn): void {
    this.#parts.live.toAll({ v: 1, type: "chunk_reset", turnId: turn.row.body.id });
  }

  #streamTo(turn: OpenTurn, release: Release, signal: AbortSignal): HeldStream {
    let index = 0;
    const turnId = turn.row.body.id;
    return new HeldStream(framingOf(release), (text) => {
      if (!signal.aborted) this.#parts.live.toAll({ v: 1, type: "chunk", turnId, index: index++, text });
    });
  }
}

function logFailure(core: Core, turn: OpenTurn, attempt: number, { body }: StepRow): void {
  if (body.type !== "model") return;
  const { provider, model, ms, error } = body;
  const { id: turnId, trackingId } = turn.row.body;
  const whose = { tenantId: core.key.tenantId, conversationId: core.head.id, turnId, trackingId };
  core.deps.log.info("model:failed", { ...whose, provider, model, attempt, ms, code: error?.class ?? "empty" });
}
