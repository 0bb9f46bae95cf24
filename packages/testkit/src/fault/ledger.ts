import type { Effect, ToolRequestSeen } from "../tool/server.ts";
import { effectsMissing, effectsTwice } from "./effects.ts";
import type { TakeOver } from "./operators.ts";
import type { Reply } from "./outside/outside.ts";
import { type Repetition, repetitionsIn } from "./repetitions.ts";
import type { Wish } from "./script.ts";

export type SentMessage = {
  account: string;
  conversation: string;
  n: number;
  id: string;
  wish: Wish;
  acceptedAt?: number;
};

export type Ledgers = {
  sent: readonly SentMessage[];
  /** Of each vendor apart, because each has its own rule of what may come again. */
  outsides: readonly { repetition: Repetition; replies: readonly Reply[] }[];
  effects: readonly Effect[];
  toolRequests: readonly ToolRequestSeen[];
  /** When the runtime was killed. */
  kills: readonly number[];
  takeOvers: readonly TakeOver[];
  /** Messages whose answer is shown as "nobody knows whether it was sent", where the policy is to hold it. */
  held: ReadonlySet<string>;
};

export type Verdict = {
  acknowledged: number;
  replies: number;
  /** Came again under their key, or as it is documented for a death in the middle of a send. */
  repeated: number;
  held: string[];
  takeOvers: number;
  lost: string[];
  answeredTwice: string[];
  outOfOrder: string[];
  spokeOutOfTurn: string[];
  effectsTwice: string[];
  effectsMissing: string[];
  unprompted: string[];
};

/** What the stand-ins saw, held against what was promised. Nothing in here was counted by the system under test. */
export function judge(ledgers: Ledgers): Verdict {
  const { sent, outsides, effects, toolRequests, kills, takeOvers, held } = ledgers;
  const all = outsides.flatMap(({ replies }) => replies);
  const repeats = new Set(
    outsides.flatMap(({ repetition, replies }) => [...repetitionsIn(replies, repetition, kills)]),
  );
  const first = all.filter((reply) => !repeats.has(reply));
  const replies = repliesByMessage(first);
  const known = new Set(sent.map((message) => message.id));
  const acknowledged = sent.filter((message) => message.acceptedAt !== undefined);
  const silent = acknowledged.filter((message) => !replies.has(message.id));
  return {
    acknowledged: acknowledged.length,
    replies: first.length,
    repeated: repeats.size,
    held: silent.filter(({ id }) => held.has(id)).map(({ id, account }) => `${id} of ${account}`),
    takeOvers: takeOvers.length,
    lost: silent.filter(({ id }) => !held.has(id)).map(({ id }) => id),
    answeredTwice: [...replies].filter(([id, ids]) => known.has(id) && ids.length > 1).map(([id]) => id),
    outOfOrder: inversions(first.filter(({ inReplyTo }) => inReplyTo.every((id) => known.has(id)))),
    spokeOutOfTurn: all.flatMap((reply) => outOfTurn(reply, takeOvers)),
    effectsTwice: effectsTwice(effects),
    effectsMissing: effectsMissing(acknowledged, effects, toolRequests),
    unprompted: first.filter(({ inReplyTo }) => inReplyTo.every((id) => !known.has(id))).map(({ id }) => id),
  };
}

/** Message of the person → ids of the replies that name it, once for every time it is named. */
function repliesByMessage(all: readonly Reply[]): Map<string, string[]> {
  const replies = new Map<string, string[]>();
  for (const { inReplyTo, id: reply } of all) {
    for (const id of inReplyTo) replies.set(id, [...(replies.get(id) ?? []), reply]);
  }
  return replies;
}

const numberOf = (id: string): number => Number(id.slice(id.lastIndexOf("-") + 1));

function inversions(replies: readonly Reply[]): string[] {
  const last = new Map<string, number>();
  const found: string[] = [];
  for (const { account, conversation, inReplyTo } of replies) {
    const thread = `${account} ${conversation}`;
    for (const id of inReplyTo) {
      const n = numberOf(id);
      if (n <= (last.get(thread) ?? -1)) found.push(`${id} after ${last.get(thread)}`);
      else last.set(thread, n);
    }
  }
  return found;
}

/** Between the answer to the take-over and the wish to hand back, only a person may speak; repetitions are speech as well. */
function outOfTurn({ automatic, account, conversation, at, id }: Reply, takeOvers: readonly TakeOver[]): string[] {
  const during = takeOvers.some(
    (one) => one.account === account && one.conversation === conversation && at > one.from && at < one.until,
  );
  return automatic && during ? [`${id} in ${conversation}`] : [];
}
