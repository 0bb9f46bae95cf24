import { pause, until, untilQuiet } from "../poll.ts";
import type { Random } from "./random.ts";
import { lastActivity, lastActivityOf, openConversations, type Stage } from "./stage.ts";
import { startTraffic } from "./traffic.ts";

export type Rest = { restedMs: number[]; stranded: string[] };
export type RandomKills = { kills: number; onOpenTurn: number; onOpenSend: number; rests: Rest };

export const REST_LIMIT_MS = 15_000;

/**
 * Kills the runtime at random instants while everybody talks. What was open at the instant is read off the stand-ins:
 * a request to the model or to a tool is an open turn, a callback without its answer an open send.
 */
export async function killAtRandom(
  stage: Stage,
  plan: { kills: number; conversations: number; rests: number },
  random: Random,
): Promise<RandomKills> {
  const result: RandomKills = { kills: 0, onOpenTurn: 0, onOpenSend: 0, rests: { restedMs: [], stranded: [] } };
  for (let round = 0; round < plan.rests; round++) {
    const target = Math.round((plan.kills * (round + 1)) / plan.rests);
    const traffic = startTraffic(stage, `c${round}`, plan.conversations, random);
    try {
      while (result.kills < target) {
        await pause(random.between(250, 1_500));
        const { turn, send } = { turn: stage.model.open() + stage.tools.open() > 0, send: stage.integrator.open() > 0 };
        // The senders must be silent before the last start: from then on nothing may come from outside.
        const stopping = result.kills === target - 1 ? traffic.stop() : undefined;
        if (stage.charla.killRuntime() === 0) continue;
        result.kills++;
        if (turn) result.onOpenTurn++;
        if (send) result.onOpenSend++;
        await stopping;
        if (stopping === undefined) await stage.charla.isReady();
      }
    } finally {
      await traffic.stop();
    }
    await comeToRest(stage, result.rests);
  }
  return result;
}

/** After the last start nobody sends anything: whatever is still open must finish by itself. */
export async function comeToRest(stage: Stage, rests: Rest): Promise<void> {
  const { at } = await stage.charla.runtimeIsBack();
  const openAtStart = openConversations(stage);
  await until("every conversation is at rest", () => openConversations(stage).size === 0, {
    deadlineMs: stage.patienceMs,
    everyMs: 50,
  }).catch(() => undefined);
  rests.stranded.push(...openConversations(stage));
  // A vendor that missed an acknowledgement comes back after the answer is out; nothing may come of it.
  await Promise.all([...stage.redeliver.values()].map((redeliver) => redeliver()));
  // Longer than a watchdog sleeps: an answer that comes a second time comes now.
  await untilQuiet("the outside", () => lastActivity(stage), 6_000, 60_000);
  const last = lastActivityOf(stage);
  for (const conversation of openAtStart) rests.restedMs.push(Math.max(0, (last.get(conversation) ?? at) - at));
}
