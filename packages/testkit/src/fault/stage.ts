import type { Charla } from "../charla/charla.ts";
import type { HttpAccount } from "../charla/furnish.ts";
import type { Callback, Integrator } from "../integrator/server.ts";
import type { KillOrders } from "../kill-orders.ts";
import { marksIn } from "../marks.ts";
import type { ModelServer } from "../model/server.ts";
import { until } from "../poll.ts";
import type { ToolServer } from "../tool/server.ts";
import type { Gate } from "./gate.ts";
import type { SentMessage } from "./ledger.ts";
import type { Scripts } from "./script.ts";

/** Everything a fault run needs: the server, what stands around it, and the list of what was sent. */
export type Stage = {
  charla: Charla;
  model: ModelServer;
  tools: ToolServer;
  integrator: Integrator;
  kills: KillOrders;
  /** Before the model's last answer of a turn. */
  gate: Gate;
  scripts: Scripts;
  /** How long an answer may take before its conversation counts as stranded. */
  patienceMs: number;
  accounts: HttpAccount[];
  sent: SentMessage[];
  /** By conversation, delivers once more what was acknowledged there last. */
  redeliver: Map<string, () => Promise<unknown>>;
};

/** When anything last happened anywhere outside; what moves is not at rest. */
export const lastActivity = (stage: Stage): number =>
  Math.max(stage.model.totals.lastAt, stage.tools.lastAt, stage.integrator.lastAt);

/** When a conversation was last heard of outside: its callbacks and its tool calls. */
export function lastActivityOf(stage: Stage): Map<string, number> {
  const last = new Map<string, number>();
  const seen = (conversation: string, at: number): void => {
    last.set(conversation, Math.max(last.get(conversation) ?? 0, at));
  };
  for (const callback of stage.integrator.callbacks)
    seen(callback.payload.conversation, callback.endedAt ?? callback.at);
  for (const request of stage.tools.requests) seen(marksIn(request.ref)[0]?.conversation ?? "", request.at);
  return last;
}

/** Conversations with an acknowledged message that no completed callback names. */
export function openConversations(stage: Stage): Set<string> {
  const answered = new Set(
    stage.integrator.callbacks.filter(({ outcome }) => outcome === 200).flatMap(({ payload }) => payload.inReplyTo),
  );
  return new Set(
    stage.sent
      .filter((message) => message.acceptedAt !== undefined && !answered.has(message.id))
      .map(({ conversation }) => conversation),
  );
}

/** The completed callback that names the message, or nothing once patience is over. */
export async function answerTo(stage: Stage, id: string, deadlineMs = stage.patienceMs): Promise<Callback | undefined> {
  const named = (): Callback | undefined =>
    stage.integrator.callbacks.find(({ payload, outcome }) => outcome === 200 && payload.inReplyTo.includes(id));
  return until(`the answer to ${id}`, named, { deadlineMs }).catch(() => undefined);
}
