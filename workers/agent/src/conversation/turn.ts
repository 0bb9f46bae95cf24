import type { Waiting } from "@charla/agent/burst";
import { newId } from "@charla/domain/ids";
import type { InRow, StepRow, TurnRow, Usage } from "@charla/domain/log";
import { BurstSettings, type Release } from "@charla/domain/release";
import type { Core } from "./core.ts";
import { turnVersion } from "./journal-version.ts";

/** The turn in progress. Until something must survive a crash it exists in memory only: its messages are durable anyway. */
export type OpenTurn = {
  row: TurnRow;
  persisted: boolean;
  inbound: InRow[];
  steps: StepRow[];
  /** Messages that no model call has been shown yet; they decide how long to wait. */
  unseen: Waiting[];
  release: Release | null;
  burst: BurstSettings;
};

export const DEFAULT_BURST = BurstSettings.parse({});

/** The channel's settings over the agent's. A channel that cannot be read now has no say: nobody waits for that. */
export async function burstOf(core: Core, release: Release): Promise<BurstSettings> {
  const override = await core.deps.burst(core.key).catch(() => ({}));
  return { ...release.settings.burst, ...override };
}

export function newTurn(core: Core, inbound: InRow[], releaseId: string): OpenTurn {
  const now = core.now();
  const { head } = core;
  const row: TurnRow = {
    seq: core.log.reserve(),
    kind: "turn",
    turn: null,
    key: null,
    state: "open",
    at: now,
    body: {
      ...turnVersion(),
      id: newId("turn", now),
      trackingId: inbound[0]?.body.trackingId ?? newId("tracking", now),
      epoch: head.epoch,
      releaseId,
      agentId: head.agentId,
      openedAt: now,
      activeSince: now,
      resumes: 0,
      supersedes: 0,
      usage: { input: 0, output: 0, cached: 0 },
      costMicros: 0,
    },
  };
  return {
    row,
    persisted: false,
    inbound,
    steps: [],
    unseen: inbound.map(waitingOf),
    release: null,
    burst: DEFAULT_BURST,
  };
}

/** A turn that the log knows already; of its messages, `late` have not been shown to any model. */
export function writtenTurn(row: TurnRow, inbound: InRow[], steps: StepRow[], late: InRow[] = []): OpenTurn {
  return { row, persisted: true, inbound, steps, unseen: late.map(waitingOf), release: null, burst: DEFAULT_BURST };
}

/**
 * Puts a turn that had ended back to work: tools that ran are not run again, failures so far do not count. What is said
 * now has other ids than the apology that was said then.
 */
export function revive(core: Core, row: TurnRow, steps: readonly StepRow[]): void {
  row.state = "open";
  const { closedAt: _closed, outcome: _outcome, error: _error, notBefore: _notBefore, ...body } = row.body;
  row.body = { ...body, activeSince: core.now(), resumes: 0, faults: 0, replays: (body.replays ?? 0) + 1 };
  core.log.update(row);
  for (const step of steps) {
    if (step.state !== "failed" || step.body.type !== "model") continue;
    step.state = "superseded";
    core.log.update(step);
  }
}

export const waitingOf = (row: InRow): Waiting => ({ event: row.body.event, arrivedAt: row.body.arrivedAt });

/** Writes the turn and takes its messages, in the caller's tick. */
export function persist(core: Core, turn: OpenTurn): void {
  if (turn.persisted) core.log.update(turn.row);
  else core.log.insert(turn.row);
  turn.persisted = true;
  for (const row of turn.inbound) {
    if (row.state === "taken" && row.turn === turn.row.seq) continue;
    row.state = "taken";
    row.turn = turn.row.seq;
    core.log.update(row);
  }
}

export function addUsage(core: Core, turn: OpenTurn, usage: Usage, costMicros: number): void {
  const { body } = turn.row;
  body.usage = {
    input: body.usage.input + usage.input,
    output: body.usage.output + usage.output,
    cached: body.usage.cached + usage.cached,
  };
  body.costMicros += costMicros;
  core.spend({ usage, costMicros });
}

/** Ids of what a turn says come from the turn, so that saying it again has the same id. */
export const bubbleId = (turnId: string, bubble: number, replays = 0): string =>
  `msg_${turnId.slice(4, 28)}${(bubble + replays * 32).toString(32).padStart(2, "0").slice(-2)}`;
