import type { Charla } from "../charla/charla.ts";
import type { KillOrders } from "../kill-orders.ts";
import { marksIn } from "../marks.ts";
import type { ModelServer } from "../model/server.ts";
import { until } from "../poll.ts";
import type { ToolServer } from "../tool/server.ts";
import type { Gate } from "./gate.ts";
import type { SentMessage } from "./ledger.ts";
import type { Line, Outside, Reply } from "./outside/outside.ts";
import type { Scripts } from "./script.ts";
import type { TakeOver } from "./operators.ts";

/** Everything a fault run needs: the server, what stands around it, and the list of what was sent. */
export type Stage = {
  charla: Charla;
  model: ModelServer;
  tools: ToolServer;
  outsides: Outside[];
  lines: Line[];
  kills: KillOrders;
  /** Before the model's last answer of a turn. */
  gate: Gate;
  scripts: Scripts;
  /** How long an answer may take before its conversation counts as stranded. */
  patienceMs: number;
  sent: SentMessage[];
  /** By conversation, delivers once more what was acknowledged there last. */
  redeliver: Map<string, () => Promise<unknown>>;
  takeOvers: TakeOver[];
  /** What the run itself found wrong on the way. */
  problems: string[];
};

export const repliesOf = (stage: Stage): readonly Reply[] => {
  const [first, ...more] = stage.outsides;
  return more.length === 0 ? (first?.replies ?? []) : stage.outsides.flatMap(({ replies }) => replies);
};

/** Calls of the model and of tools that are not answered. */
export const openTurns = ({ model, tools }: Stage): number => model.open() + tools.open();

/** Sends that are at a vendor and not answered. */
export const openSends = (stage: Stage): number => stage.outsides.reduce((sum, outside) => sum + outside.open(), 0);

/** When anything last happened anywhere outside; what moves is not at rest. */
export const lastActivity = (stage: Stage): number =>
  Math.max(stage.model.totals.lastAt, stage.tools.lastAt, ...stage.outsides.map((outside) => outside.lastAt()));

/** When a conversation was last heard of outside: its replies and its tool calls. */
export function lastActivityOf(stage: Stage): Map<string, number> {
  const last = new Map<string, number>();
  const seen = (conversation: string, at: number): void => {
    last.set(conversation, Math.max(last.get(conversation) ?? 0, at));
  };
  for (const { conversation, at, endedAt, knownAt } of repliesOf(stage)) seen(conversation, knownAt ?? endedAt ?? at);
  for (const request of stage.tools.requests) seen(marksIn(request.ref)[0]?.conversation ?? "", request.at);
  return last;
}

/** Acknowledged messages that no reply names of which we may know that it arrived. */
export function openMessages(stage: Stage): SentMessage[] {
  const answered = new Set(
    repliesOf(stage)
      .filter(({ knownAt }) => knownAt !== undefined)
      .flatMap(({ inReplyTo }) => inReplyTo),
  );
  return stage.sent.filter((message) => message.acceptedAt !== undefined && !answered.has(message.id));
}

export const conversationsOf = (messages: readonly SentMessage[]): Set<string> =>
  new Set(messages.map(({ conversation }) => conversation));

export const hasReplyTo = (stage: Stage, id: string): boolean =>
  repliesOf(stage).findLast(({ inReplyTo }) => inReplyTo.includes(id)) !== undefined;

/** The reply that names the message, once we may know of it, or nothing when patience is over. */
export async function answerTo(
  stage: Stage,
  id: string,
  deadlineMs = stage.patienceMs,
): Promise<(Reply & { knownAt: number }) | undefined> {
  const named = (): (Reply & { knownAt: number }) | undefined => {
    for (const reply of repliesOf(stage)) {
      const { knownAt } = reply;
      if (knownAt !== undefined && reply.inReplyTo.includes(id)) return { ...reply, knownAt };
    }
    return undefined;
  };
  return until(`the answer to ${id}`, named, { deadlineMs }).catch(() => undefined);
}
