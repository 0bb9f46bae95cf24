import { TokenBuckets } from "./token-buckets.ts";

export type ShedReason = "account_rate" | "account_busy" | "tenant_rate" | "tenant_busy" | "all_busy";
export type Shed = { reason: ShedReason; retryAfterMs: number };

export type AdmissionLimits = {
  /** Under way at the same time. What is left between `most` and `total` is for tenants with nothing under way. */
  perAccount: number;
  perTenant: number;
  total: number;
  most: number;
  /** Sustained; twice as much may come at once after a rest. */
  accountPerSecond: number;
  tenantPerSecond: number;
};

type Subject = { tenantId: string; accountId: string };

/** Something under way usually ends much sooner than the least that Retry-After can say. */
const BUSY_MS = 1_000;
const BURST_SECONDS = 2;

/**
 * Decides whether one more request may go on in this isolate. A tenant is refused long before the isolate is full, and a
 * rested one gets in even then, so that a flood stays with who caused it; so does an account before its tenant. Only who
 * has proved who it is may enter: places that strangers can take are places they can keep.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #open = new Map<string, number>();
  readonly #accountRate: TokenBuckets;
  readonly #tenantRate: TokenBuckets;
  #sum = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
    this.#accountRate = new TokenBuckets(limits.accountPerSecond * BURST_SECONDS, limits.accountPerSecond);
    this.#tenantRate = new TokenBuckets(limits.tenantPerSecond * BURST_SECONDS, limits.tenantPerSecond);
  }

  /** Why one more would not be let in and when to come again; counts nothing, so that it can be asked before reading. */
  refusal({ tenantId, accountId }: Subject, now: number): Shed | null {
    const { perAccount, perTenant, total, most } = this.#limits;
    const own = this.#underWay(tenantId);
    if (own >= perTenant) return busy("tenant_busy");
    if (this.#underWay(accountId) >= perAccount) return busy("account_busy");
    if (this.#sum >= (own === 0 ? most : total)) return busy("all_busy");
    const tenantWait = this.#tenantRate.wait(tenantId, now);
    if (tenantWait > 0) return { reason: "tenant_rate", retryAfterMs: tenantWait };
    const accountWait = this.#accountRate.wait(accountId, now);
    return accountWait > 0 ? { reason: "account_rate", retryAfterMs: accountWait } : null;
  }

  /** Lets in, counted until the pass is handed back, or says why not and when to come again. */
  enter(subject: Subject, now: number): Pass | Shed {
    const refused = this.refusal(subject, now);
    if (refused !== null) return refused;
    this.#change(subject, 1);
    return new Pass(
      (held, weight) => this.#grow(subject, held, weight),
      (held) => this.#change(subject, -held),
    );
  }

  /** Counted when the sender has proved who it is: a stranger's junk must not use up what the account may send. */
  charge({ tenantId, accountId }: Subject, messages: number, now: number): void {
    this.#tenantRate.charge(tenantId, messages, now);
    this.#accountRate.charge(accountId, messages, now);
  }

  #grow(subject: Subject, held: number, weight: number): Shed | null {
    const others = this.#underWay(subject.tenantId) - held;
    if (weight > held && others * 2 >= this.#limits.perTenant && others + weight > this.#limits.perTenant) {
      return busy("tenant_busy");
    }
    this.#change(subject, weight - held);
    return null;
  }

  #underWay(key: string): number {
    return this.#open.get(key) ?? 0;
  }

  #change({ tenantId, accountId }: Subject, change: number): void {
    this.#sum += change;
    for (const key of [tenantId, accountId]) {
      const left = this.#underWay(key) + change;
      if (left > 0) this.#open.set(key, left);
      else this.#open.delete(key);
    }
  }
}

const busy = (reason: ShedReason): Shed => ({ reason, retryAfterMs: BUSY_MS });

export class Pass {
  readonly #grow: (held: number, weight: number) => Shed | null;
  readonly #leave: (held: number) => void;
  #held = 1;

  constructor(grow: (held: number, weight: number) => Shed | null, leave: (held: number) => void) {
    this.#grow = grow;
    this.#leave = leave;
  }

  /** A batch weighs what it holds. However large it is, it gets in whole while its tenant has little else under way. */
  weigh(weight: number): Shed | null {
    const shed = this.#grow(this.#held, weight);
    if (shed === null) this.#held = weight;
    return shed;
  }

  leave(): void {
    this.#leave(this.#held);
    this.#held = 0;
  }
}

export const isShed = (answer: Pass | Shed): answer is Shed => "reason" in answer;
