import { type GateCanary, releaseFor } from "@charla/domain/canary";
import { isId, objectIdOf } from "@charla/domain/ids";
import { AppError } from "@charla/domain/errors";
import type { GateState, Lease, LeaseRequest, SettleEntry, Spend, TenantLimits } from "@charla/domain/lease";
import type { Rate } from "@charla/domain/rate";
import type { TenantGateRpc } from "@charla/domain/rpc";
import { createLogger } from "@charla/telemetry/logger";
import { Lifecycle } from "agents/lifecycle";
import { DurableObject } from "cloudflare:workers";
import { isLimited, Ledger } from "./gate/ledger.ts";
import { SendPace } from "./gate/send-pace.ts";

const LEASE_MS = 30_000;
/** Enough for a few calls, so that a turn rarely asks twice; small, so that many conversations can share a small budget. */
const BLOCK = { tokens: 8_000, micros: 20_000 };
/** With fewer blocks left than this, nobody is given more than the call at hand needs: what one holds the others lack. */
const PLENTY = 16;
const SWEEP_EVERY_MS = 3_600_000;
const REVOKE_AT_ONCE = 50;

/** One per tenant, named by its id: the release pointers, the kill switch and the budget, all strongly consistent. */
export class TenantGate extends DurableObject<AgentEnv> implements TenantGateRpc {
  readonly lifecycle = Lifecycle.install<AgentEnv>(this);
  readonly #log = createLogger({ worker: "agent" });
  readonly #pace = new SendPace();
  #ledger: Ledger | null = null;

  async lease(request: LeaseRequest): Promise<Lease> {
    const ledger = this.#open();
    const { record } = ledger;
    const now = Date.now();
    const rolled = ledger.roll(now);
    const booked = ledger.book(request.conversationId, request.spent, request.spent);
    const limited = isLimited(record.limits);
    const others = limited ? ledger.reserved(now, request.conversationId) : { tokens: 0, micros: 0 };
    const { limits, used } = record;
    const tokens = block(limits.tokens, used.tokens + others.tokens, request.want.tokens, BLOCK.tokens);
    const micros = block(limits.micros, used.micros + others.micros, request.want.micros, BLOCK.micros);
    const until = now + LEASE_MS;
    ledger.grant(request.conversationId, request.spent, {
      tokens: tokens?.granted ?? 0,
      micros: micros?.granted ?? 0,
      until,
      waiting: record.status !== "active",
    });
    if (rolled || booked) ledger.save();
    const { generation, status } = record;
    const holds = ledger.holds(now);
    return {
      generation,
      releaseId: releaseFor(record, request.agentId, request.conversationId),
      status,
      until,
      tokens: tokens?.granted ?? null,
      micros: micros?.granted ?? null,
      scarce: tokens?.scarce === true || micros?.scarce === true,
      ...(holds ? { holds } : {}),
    };
  }

  async giveBack({ conversationId, spent }: { conversationId: string; spent: Spend }): Promise<void> {
    const ledger = this.#open();
    if (ledger.book(conversationId, spent, spent)) ledger.save();
    ledger.release(conversationId);
  }

  async settle(entries: SettleEntry[]): Promise<void> {
    const ledger = this.#open();
    let changed = ledger.roll(Date.now());
    for (const entry of entries) changed = ledger.book(entry.conversationId, entry.spent, entry.spentBefore) || changed;
    if (changed) ledger.save();
  }

  async hold({ provider, until }: { provider: string; until: number }): Promise<void> {
    this.#open().hold(provider, until, Date.now());
  }

  async publish({ agentId, releaseId }: { agentId: string; releaseId: string }): Promise<{ generation: number }> {
    const ledger = this.#open();
    ledger.point(agentId, releaseId);
    return await this.#changed(ledger);
  }

  async setCanary({
    agentId,
    promote = false,
    ...canary
  }: GateCanary & { agentId: string; promote?: boolean }): Promise<{ generation: number; releaseId: string | null }> {
    const ledger = this.#open();
    const news = ledger.takeCanary(agentId, canary, promote);
    const { generation } = news ? await this.#changed(ledger) : ledger.record;
    return { generation, releaseId: ledger.record.releases[agentId] ?? null };
  }

  async setStatus({ status }: { status: GateState["status"] }): Promise<{ generation: number }> {
    const ledger = this.#open();
    ledger.record.status = status;
    return await this.#changed(ledger);
  }

  async setLimits(limits: TenantLimits): Promise<{ generation: number }> {
    const ledger = this.#open();
    ledger.record.limits = limits;
    ledger.roll(Date.now());
    return await this.#changed(ledger);
  }

  async state(): Promise<GateState> {
    const ledger = this.#open();
    ledger.roll(Date.now());
    return { ...ledger.record, reserved: ledger.reserved(Date.now(), "") };
  }

  async sendSlot({ channelId, rate }: { channelId: string; rate: Rate }): Promise<{ waitMs: number }> {
    return this.#pace.slot(channelId, rate, Date.now());
  }

  async onJob(): Promise<{ rescheduleAt: number }> {
    this.#open().sweep(Date.now());
    return { rescheduleAt: Date.now() + SWEEP_EVERY_MS };
  }

  /** When this returns, every conversation that held the old state has let go of it or its lease has run out. */
  async #changed(ledger: Ledger): Promise<{ generation: number }> {
    const generation = ++ledger.record.generation;
    ledger.save();
    await this.lifecycle.start();
    if (!this.lifecycle.jobs.get("sweep"))
      await this.lifecycle.jobs.push({ id: "sweep", fn: "sweep", time: Date.now() + SWEEP_EVERY_MS });
    const listeners = ledger.listeners(Date.now());
    for (let at = 0; at < listeners.length; at += REVOKE_AT_ONCE) {
      await Promise.all(
        listeners.slice(at, at + REVOKE_AT_ONCE).map((conversation) => this.#revoke(conversation, generation)),
      );
    }
    return { generation };
  }

  async #revoke(conversation: string, generation: number): Promise<void> {
    if (!isId("conversation", conversation)) return;
    const { tenantId } = this.#open().record;
    try {
      const stub = this.env.CONVERSATION.get(this.env.CONVERSATION.idFromString(objectIdOf(conversation)));
      await stub.leaseRevoked({ tenantId, generation });
    } catch (error) {
      // It cannot be told, but it cannot renew either: its lease runs out within LEASE_MS.
      this.#log.warn("gate:failed", { tenantId, conversationId: conversation, error });
    }
  }

  #open(): Ledger {
    const name = this.ctx.id.name;
    if (name === undefined || !isId("tenant", name))
      throw new AppError("INTERNAL", "a gate is reached by its tenant's id only");
    return (this.#ledger ??= new Ledger(this.ctx.storage.sql, name, Date.now()));
  }
}

/** What may be granted: never more than is left, `null` where there is no limit. */
function block(
  limit: number | null,
  taken: number,
  want: number,
  usual: number,
): { granted: number; scarce: boolean } | null {
  if (limit === null) return null;
  const left = Math.max(0, limit - taken);
  const scarce = left < usual * PLENTY;
  return { granted: Math.min(scarce ? want : Math.max(want, usual), left), scarce };
}
