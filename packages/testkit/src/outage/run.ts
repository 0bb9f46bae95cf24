import { markOf, marksIn } from "../marks.ts";
import { until } from "../poll.ts";
import type { Verdict } from "../fault/ledger.ts";
import type { ChannelKind, Reply } from "../fault/outside/outside.ts";
import { Random } from "../fault/random.ts";
import { problemsOf, setStage, strike, verdictOf } from "../fault/run.ts";
import { obliging } from "../fault/script.ts";
import { openMessages, repliesOf, type Stage } from "../fault/stage.ts";
import { speak } from "../fault/traffic.ts";

export type OutagePlan = {
  port: number;
  channels: readonly ChannelKind[];
  /** How long the vendors take nothing, and how many messages wait for an answer at its end. */
  seconds: number;
  messages: number;
  people: number;
  seed: number;
  say?: (text: string) => void;
};

export type OutageReport = {
  plan: Omit<OutagePlan, "say">;
  waiting: number;
  deliveredMs: number[];
  /** Sends that vendors refused because they came too fast. */
  tooFast: number;
  /** The most that one account, and one person, was sent within a second. */
  mostPerAccount: number;
  mostPerPerson: number;
  verdict: Verdict;
  problems: string[];
};

/** The longest that a message waits for its next try, and what paces and turns take besides. */
const PATIENCE_MS = 150_000;

/** Vendors are down while people write; what waits is delivered once, in order and no faster than allowed when they are back. */
export async function runOutage(plan: OutagePlan): Promise<OutageReport> {
  const random = new Random(plan.seed);
  const stage = await setStage(plan, random);
  const say = plan.say ?? (() => undefined);
  try {
    const answered = noteAnswers(stage, random);
    for (const outside of stage.outsides) outside.down = true;
    const began = Date.now();
    await Promise.all(
      Array.from({ length: plan.people }, (_, index) => writeAll(stage, answered, index, plan.messages / plan.people)),
    );
    await until("the outage is over", () => Date.now() - began >= plan.seconds * 1_000, { deadlineMs: 300_000 });
    if (repliesOf(stage).length > 0) throw new Error("something was taken during the outage");
    const waiting = openMessages(stage).length;
    say(`${waiting} messages wait after ${Math.round((Date.now() - began) / 1_000)} s; the vendors are back`);
    for (const outside of stage.outsides) outside.down = false;
    const backAt = Date.now();
    await until("everything is delivered", () => openMessages(stage).length === 0, {
      deadlineMs: PATIENCE_MS,
      everyMs: 100,
    }).catch(() => undefined);
    const replies = repliesOf(stage);
    const { say: _say, ...printed } = plan;
    return {
      plan: printed,
      waiting,
      deliveredMs: replies.map(({ at }) => at - backAt),
      tooFast: stage.outsides.reduce((sum, outside) => sum + outside.tooFast(), 0),
      mostPerAccount: mostWithinASecond(replies, ({ account }) => account),
      mostPerPerson: mostWithinASecond(replies, ({ conversation }) => conversation),
      verdict: await verdictOf(stage),
      problems: problemsOf(stage),
    };
  } finally {
    await strike(stage);
  }
}

/** Marks of which the model has given its answer, which from then on waits for the vendor. */
function noteAnswers(stage: Stage, random: Random): Set<string> {
  const answered = new Set<string>();
  const script = obliging(random, { lowMs: 5, highMs: 50 }, stage.gate);
  stage.scripts.everybody = async (call) => {
    const answer = await script(call);
    for (const mark of answer.text === undefined ? [] : marksIn(answer.text))
      answered.add(markOf(mark.conversation, mark.n));
    return answer;
  };
  return answered;
}

async function writeAll(stage: Stage, answered: Set<string>, index: number, count: number): Promise<void> {
  const conversation = `o${index}`;
  for (let n = 1; n <= count; n++) {
    await speak(stage, { account: index, conversation, n, wish: "plain" });
    await until(`the answer to ${conversation}-${n} waits`, () => answered.has(markOf(conversation, n)), {
      deadlineMs: 120_000,
    });
  }
}

function mostWithinASecond(replies: readonly Reply[], keyOf: (reply: Reply) => string): number {
  const byKey = Map.groupBy(replies, keyOf);
  let most = 0;
  for (const group of byKey.values()) {
    const times = group.map(({ at }) => at).toSorted((a, b) => a - b);
    let first = 0;
    for (const [index, at] of times.entries()) {
      while (at - (times[first] ?? at) >= 1_000) first++;
      most = Math.max(most, index - first + 1);
    }
  }
  return most;
}
