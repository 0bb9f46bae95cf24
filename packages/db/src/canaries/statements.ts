/**
 * Id, agent, release, base, percent, limits, time, actor, note. Of two that begin at once one does; the version is taken in
 * the same statement.
 */
export const insertCanary = `INSERT INTO canaries
  (id, agent_id, release_id, base_id, percent, limits, state, version, applied, started_at, started_by, note, tell_after)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, 'running', coalesce(max(version), 0) + 1, 0, ?7, ?8, ?9, 0 FROM canaries WHERE agent_id = ?2
  ON CONFLICT DO NOTHING RETURNING id`;

const LATE = "opened_at >= ?4";
const OF = (what: string, when: string): string => `coalesce(sum(${what} AND ${when}), 0)`;
const ERRORS = "(state IN ('failed', 'dead') OR outcome IS 'withheld')";
/** By a person who broke in, or by the agent itself: the call is among the first rows that a turn writes. */
const HANDOVERS = `(outcome IN ('handed_over', 'taken_over') OR EXISTS (SELECT 1 FROM steps AS step
  WHERE step.conversation_id = turns.conversation_id AND step.seq BETWEEN turns.seq AND turns.seq + 100
    AND step.turn = turns.seq AND step.type = 'tool' AND step.name = 'hand_over' AND step.state = 'done'))`;

/**
 * Canary, base, since, from when the two ran side by side, agent. What no release had a part in is left out: a budget that
 * was used up, a suspended tenant, a message that was taken back.
 */
export const tallyTurns = `SELECT release_id AS releaseId,
    ${OF("true", LATE)} AS turns, ${OF(ERRORS, LATE)} AS errors, ${OF(HANDOVERS, LATE)} AS handovers,
    ${OF("true", `NOT ${LATE}`)} AS turnsBefore, ${OF(ERRORS, `NOT ${LATE}`)} AS errorsBefore,
    ${OF(HANDOVERS, `NOT ${LATE}`)} AS handoversBefore
  FROM turns WHERE release_id IN (?1, ?2) AND opened_at >= ?3 AND agent_id = ?5 AND state != 'open'
    AND coalesce(outcome, '') NOT IN ('suspended', 'budget_exhausted', 'silent')
  GROUP BY release_id`;

/** Now, when another may try, not longer ago than this. */
export const claimRolledBack = `UPDATE canaries SET tell_after = ?2
  WHERE state = 'rolled_back' AND told_at IS NULL AND tell_after <= ?1 AND ended_at > ?3 RETURNING id`;

/** Tenant, time. */
export const markTenant = `INSERT INTO canary_tenants (tenant_id, touched_at) VALUES (?1, ?2)
  ON CONFLICT (tenant_id) DO UPDATE SET touched_at = max(canary_tenants.touched_at, excluded.touched_at)`;
