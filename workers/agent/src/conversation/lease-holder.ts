import type { Lease, Spend } from "@charla/domain/lease";
import type { Core } from "./core.ts";

/** The conversation's share of what TenantGate hands out: release pointer, pause switch and a block of budget. */
export class LeaseHolder {
  readonly #core: Core;
  #lease: Lease | null = null;
  /** Whose release the lease names. */
  #agentId = "";
  #base: Spend = { tokens: 0, micros: 0 };
  #revoked = 0;
  #asking: Promise<Lease> | null = null;

  constructor(core: Core) {
    this.#core = core;
  }

  /** The lease as long as it holds, else a new one; reporting what was spent rides along. */
  async current(): Promise<Lease> {
    const lease = this.held();
    return lease ?? (await this.#renew({ tokens: 0, micros: 0 }));
  }

  held(): Lease | null {
    const lease = this.#lease;
    if (!lease || lease.until <= this.#core.now() || lease.generation < this.#revoked) return null;
    if (this.#agentId !== this.#core.head.agentId) return null;
    return lease;
  }

  /** Until when a vendor asked to be left alone, as far as the gate knew when it gave the lease. */
  heldUntil(provider: string): number {
    return this.#lease?.holds?.[provider] ?? 0;
  }

  /** Reserves before spending: true when the granted block covers the call, asking for a further block when it does not. */
  async covers(cost: Spend): Promise<boolean> {
    const lease = await this.current();
    if (this.#fits(lease, cost)) return true;
    return this.#fits(await this.#renew(cost), cost);
  }

  /** The turn is over. Where little is left of a budget, what it did not need is for others. */
  giveBack(): void {
    if (this.#lease?.scarce !== true) return;
    this.#lease = null;
    const { head, deps, keepAlive } = this.#core;
    const given = deps.gate(head.key.tenantId).giveBack({ conversationId: head.id, spent: { ...head.spent } });
    // Not heard of, the block runs out by itself.
    keepAlive(given.catch(() => undefined));
  }

  revoke(generation: number): void {
    this.#revoked = Math.max(this.#revoked, generation);
  }

  #fits(lease: Lease, cost: Spend): boolean {
    const { spent } = this.#core.head;
    const tokens = spent.tokens - this.#base.tokens + cost.tokens;
    const micros = spent.micros - this.#base.micros + cost.micros;
    return (lease.tokens === null || tokens <= lease.tokens) && (lease.micros === null || micros <= lease.micros);
  }

  /** One question at a time. Who needs a block of its own asks after the one under way, who only wants to know shares it. */
  async #renew(want: Spend): Promise<Lease> {
    while (this.#asking) {
      const lease = await this.#asking;
      if (want.tokens === 0 && want.micros === 0) return lease;
    }
    this.#asking = this.#ask(want);
    try {
      return await this.#asking;
    } finally {
      this.#asking = null;
    }
  }

  async #ask(want: Spend): Promise<Lease> {
    const { head, deps } = this.#core;
    const spent = { ...head.spent };
    const { agentId } = head;
    const lease = await deps.gate(head.key.tenantId).lease({ conversationId: head.id, agentId, spent, want });
    // Granted before the change that was announced meanwhile, or for another agent: void before it is used.
    if (lease.generation < this.#revoked || agentId !== head.agentId) return await this.#ask(want);
    this.#lease = lease;
    this.#agentId = agentId;
    this.#base = spent;
    return lease;
  }
}
