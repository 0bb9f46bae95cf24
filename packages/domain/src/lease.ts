import type { GateCanary } from "./canary.ts";

/** What TenantGate grants a conversation. Held in memory, revoked by the gate when the tenant publishes, pauses or changes limits. */
export type Lease = {
  /** Grows whenever pointer, pause or limits change; a lease of an older generation is void. */
  generation: number;
  releaseId: string | null;
  status: "active" | "paused" | "suspended";
  until: number;
  /** Spend granted beyond the totals reported with the request; `null` is unlimited. */
  tokens: number | null;
  micros: number | null;
  /** Little is left: what is not spent is wanted back as soon as the turn ends. */
  scarce?: boolean;
  /** Model providers whose vendor asked to wait, and until when. */
  holds?: Record<string, number>;
};

export type LeaseRequest = { conversationId: string; agentId: string; spent: Spend; want: Spend };
export type Spend = { tokens: number; micros: number };
export type SettleEntry = { conversationId: string; spent: Spend; spentBefore: Spend };

export type BudgetPeriod = "day" | "month";
export type TenantLimits = { tokens: number | null; micros: number | null; period: BudgetPeriod };
export type GateState = {
  tenantId: string;
  generation: number;
  status: "active" | "paused" | "suspended";
  limits: TenantLimits;
  used: Spend;
  reserved: Spend;
  periodStart: string;
  releases: Record<string, string>;
  /** By agent; also those that are over, so that nothing brings them back. */
  canaries: Record<string, GateCanary>;
  holds?: Record<string, number>;
};
