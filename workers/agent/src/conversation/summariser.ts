import { SUMMARY_INSTRUCTIONS } from "@charla/agent/prompt";
import { toMessages, type HistoryItem } from "@charla/agent/history";
import type { ModelStepBody, StepRow } from "@charla/domain/log";
import type { ModelRef, Release } from "@charla/domain/release";
import { modelsFor } from "@charla/domain/task-models";
import type { PromptMessage } from "@charla/domain/prompt";
import { ModelError } from "@charla/models/contract";
import type { Core } from "./core.ts";
import { toItem, type HistoryCache } from "./history-cache.ts";
import type { LeaseHolder } from "./lease-holder.ts";
import { callOnce, connect, reservation } from "./model-step.ts";

/** Rows that left the window before they are worth a call. */
const AFTER_ROWS = 60;
const MAX_CHUNK_TOKENS = 6000;
const RETRY_AFTER_MS = 10 * 60_000;
const INTERRUPTED_MS = 5000;

/** Folds what no longer fits the window into one short text, between turns, never in front of an answer. */
export class Summariser {
  readonly #core: Core;
  readonly #history: HistoryCache;
  readonly #lease: LeaseHolder;
  #calling: AbortController | null = null;
  #notBefore = 0;
  /** Failures in a row; each gives the next model its turn. */
  #failures = 0;
  /** Somebody wrote: their answer comes first. */
  #unwanted = false;

  constructor(core: Core, history: HistoryCache, lease: LeaseHolder) {
    this.#core = core;
    this.#history = history;
    this.#lease = lease;
  }

  get due(): boolean {
    return (
      this.#core.now() >= this.#notBefore &&
      this.#history.droppedUpTo - (this.#core.head.summary?.upTo ?? 0) >= AFTER_ROWS
    );
  }

  interrupt(): void {
    this.#unwanted = true;
    this.#calling?.abort("message");
  }

  async run(): Promise<void> {
    const core = this.#core;
    this.#notBefore = core.now() + RETRY_AFTER_MS;
    this.#unwanted = false;
    const lease = await this.#lease.current();
    if (lease.status !== "active" || lease.releaseId === null) return;
    const release = await core.deps.release(core.key.tenantId, lease.releaseId);
    const refs = modelsFor(release.settings, "summarise");
    const ref = refs[this.#failures % refs.length] ?? release.settings.model;
    const connection = await connect(core, ref);
    if (connection instanceof ModelError) return this.#failed(refs.length);
    const upTo = this.#history.droppedUpTo;
    const prompt = this.#prompt(upTo);
    if (!(await this.#lease.covers(reservation({ ref, connection, prompt, tools: [] }, release)))) return;
    if (this.#unwanted) {
      this.#notBefore = core.now() + INTERRUPTED_MS;
      return;
    }
    this.#calling = new AbortController();
    const call = { ref, connection, attempt: 1, prompt, tools: [], signal: this.#calling.signal };
    const outcome = await callOnce(core, release, call);
    this.#calling = null;
    if (!outcome.ok && outcome.error.class === "aborted") this.#notBefore = core.now() + INTERRUPTED_MS;
    if (!outcome.ok && outcome.spent) core.spend(outcome.spent);
    if (!outcome.ok && outcome.error.class === "aborted") return;
    if (!outcome.ok || outcome.answer.text.trim() === "") return this.#failed(refs.length);
    this.#failures = 0;
    const { usage, costMicros, text, ms } = outcome.answer;
    core.spend({ usage, costMicros });
    core.head.summary = { upTo, text };
    core.log.insert(
      this.#step(release, ref, { text, usage, costMicros, ms, upTo, fromSeq: prompt.fromSeq, tokens: prompt.tokens }),
    );
    core.note({ type: "summary", upTo, text });
    core.saveHead();
    this.#notBefore = 0;
  }

  #prompt(upTo: number): { system: string; messages: PromptMessage[]; tokens: number; fromSeq: number } {
    const known = this.#core.head.summary;
    const items: HistoryItem[] = [];
    let tokens = 0;
    for (const row of this.#core.log.messagesBefore(upTo + 1, 1000)) {
      if (row.seq <= (known?.upTo ?? 0) || tokens > MAX_CHUNK_TOKENS) break;
      const item = toItem(row);
      if (!item) continue;
      items.push(item);
      tokens += item.tokens;
    }
    const text = toMessages(items.reverse())
      .map((message) => (message.role === "tool" ? "" : `${message.role}: ${message.text}`))
      .join("\n");
    const before = known ? `Summary so far:\n${known.text}\n\n` : "";
    return {
      system: SUMMARY_INSTRUCTIONS,
      messages: [{ role: "user", text: `${before}${text}` }],
      tokens: tokens + 300,
      fromSeq: items[0]?.seq ?? 0,
    };
  }

  /** The next model is tried as soon as there is time; after the last one it is let be for a while. */
  #failed(models: number): void {
    if (++this.#failures % models !== 0) this.#notBefore = 0;
  }

  #step(
    release: Release,
    { model, provider }: ModelRef,
    call: Pick<ModelStepBody, "text" | "usage" | "costMicros" | "ms"> & {
      upTo: number;
      fromSeq: number;
      tokens: number;
    },
  ): StepRow {
    const prompt = {
      releaseId: release.id,
      summarySeq: this.#core.head.summary?.upTo ?? 0,
      fromSeq: call.fromSeq,
      toSeq: call.upTo,
      steps: 0,
      tokens: call.tokens,
    };
    const { text, usage, costMicros, ms } = call;
    const body: ModelStepBody = {
      n: 0,
      type: "model",
      epoch: this.#core.head.epoch,
      purpose: "summary",
      provider,
      model,
      attempt: 1,
      prompt,
      text,
      calls: [],
      finish: "stop",
      usage,
      costMicros,
      ms,
    };
    return {
      seq: this.#core.log.reserve(),
      kind: "step",
      turn: null,
      key: null,
      state: "done",
      at: this.#core.now(),
      body,
    };
  }
}
