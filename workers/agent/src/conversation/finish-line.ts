import { writeTurn } from "@charla/telemetry/metrics";
import type { Core } from "./core.ts";
import type { OpenTurn } from "./turn.ts";

/** The one log line and the one data point of a turn; neither holds a word of what was said. */
export function finishLine(core: Core, turn: OpenTurn): void {
  const { body, state } = turn.row;
  const { head, deps } = core;
  const { tenantId } = head.key;
  const ms = (body.closedAt ?? body.openedAt) - (turn.inbound[0]?.body.arrivedAt ?? body.openedAt);
  const outcome = body.outcome ?? state;
  const totals = { steps: turn.steps.length, resumes: body.resumes, costMicros: body.costMicros, ms };
  const tokens = { tokensIn: body.usage.input, tokensOut: body.usage.output };
  deps.log.info(state === "dead" ? "turn:dead" : "turn:closed", {
    tenantId,
    conversationId: head.id,
    turnId: body.id,
    trackingId: body.trackingId,
    state,
    outcome,
    ...totals,
    ...tokens,
  });
  const { agentId } = body;
  writeTurn(deps.metrics, {
    tenantId,
    agentId,
    channelKind: head.channelKind,
    outcome,
    ...totals,
    ...tokens,
    tokensCached: body.usage.cached,
  });
}
