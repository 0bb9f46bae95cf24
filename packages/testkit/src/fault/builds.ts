import type { SourceTree } from "../charla/tree.ts";
import { until } from "../poll.ts";
import { WISHES } from "./script.ts";
import { answerTo, type Stage } from "./stage.ts";
import { speak } from "./traffic.ts";

export type BuildResult = { restarts: number; resumedMs: number[]; failures: string[] };

/**
 * Turns wait for their last model call, tools already done, when the whole server dies; what comes up is another build.
 * Turns that the old build began must be finished by the new one, and no tool step of theirs may run again.
 */
export async function restartOnChangedBuilds(stage: Stage, restarts: number): Promise<BuildResult> {
  const result: BuildResult = { restarts: 0, resumedMs: [], failures: [] };
  for (let round = 1; round <= restarts; round++) {
    stage.gate.shut();
    const sent = await Promise.all(
      WISHES.map((wish, index) => speak(stage, { account: index, conversation: `g${round}x${index}`, n: 1, wish })),
    );
    await until("every turn waits for its last step", () => stage.gate.waiting >= sent.length, { deadlineMs: 20_000 });
    const { at } = await stage.charla.restart((tree) => changeBuild(tree, round));
    stage.gate.open();
    result.restarts++;
    for (const message of sent) {
      const answer = await answerTo(stage, message.id);
      if (answer === undefined) result.failures.push(`${message.id}: stranded`);
      else if (answer.knownAt > at) result.resumedMs.push(answer.knownAt - at);
    }
  }
  return result;
}

const FILE = "packages/agent/src/prompt.ts";
const TOOLS_FILE = "workers/agent/src/conversation/tool-steps.ts";
const TOGETHER = "await Promise.all(planned.map((ready) => run(core, turn, ready)));";
const ONE_BY_ONE = "for (const ready of planned) await run(core, turn, ready);";
const SENTENCE = /Be brief and concrete(?: \(\d+\))?\./;

/** Another bundle with other words in it, as the next version has; the second also takes another way through a step. */
export function changeBuild(tree: SourceTree, round: number): void {
  const before = tree.read(FILE);
  if (!SENTENCE.test(before)) throw new Error(`${FILE} no longer holds the sentence that makes the difference`);
  tree.write(FILE, before.replace(SENTENCE, `Be brief and concrete (${round}).`));
  if (round === 2) tree.replace(TOOLS_FILE, TOGETHER, ONE_BY_ONE);
}
