import type { ModelRef } from "@charla/domain/release";
import type { ModelError } from "@charla/models/contract";

/** A vendor may ask for a day; who holds out that long is asked again before. */
const MAX_HOLD_MS = 10 * 60_000;
/** More than one conversation can fail by itself. */
const OPENS_AFTER = 10;
const OPEN_MS = 30_000;
const CAPACITY = 5000;
const BROKEN = new Set(["transient", "timeout"]);

type Key = { tenantId: string; ref: ModelRef };
const providerKey = ({ tenantId, ref }: Key): string => `${tenantId} ${ref.provider}`;
const modelKey = ({ tenantId, ref }: Key): string => `${tenantId} ${ref.provider} ${ref.model}`;

/**
 * What the conversations of one isolate have learnt from vendors: how long a key is to rest, and which models only ever
 * fail. In memory: who starts anew asks once and is told again.
 */
export class KeyHolds {
  readonly #rests = new Map<string, number>();
  readonly #failures = new Map<string, number>();

  until(key: Key): number {
    if (this.#rests.size === 0) return 0;
    return Math.max(this.#rests.get(providerKey(key)) ?? 0, this.#rests.get(modelKey(key)) ?? 0);
  }

  worked(key: Key): void {
    if (this.#failures.size === 0) return;
    this.#failures.delete(modelKey(key));
    this.#rests.delete(modelKey(key));
  }

  /** Until when the whole key is to rest, where the vendor has said so. */
  failed(key: Key, error: ModelError, now: number): number | null {
    if (BROKEN.has(error.class)) this.#count(modelKey(key), now);
    if (error.class !== "throttle" || !error.retryAfterMs) return null;
    const until = now + Math.min(error.retryAfterMs, MAX_HOLD_MS);
    this.#rest(providerKey(key), until);
    return until;
  }

  /** After the rest one failure more is enough to rest again. */
  #count(model: string, now: number): void {
    const failures = (this.#failures.get(model) ?? 0) + 1;
    if (this.#failures.size >= CAPACITY) this.#failures.clear();
    this.#failures.set(model, failures);
    if (failures >= OPENS_AFTER) this.#rest(model, now + OPEN_MS);
  }

  #rest(key: string, until: number): void {
    if (this.#rests.size >= CAPACITY) this.#rests.clear();
    this.#rests.set(key, Math.max(this.#rests.get(key) ?? 0, until));
  }
}
