import { pause, until, untilQuiet } from "../poll.ts";
import type { SentMessage } from "./ledger.ts";
import type { Random } from "./random.ts";
import { heldAmong, mayBeHeld } from "./console.ts";
import {
  conversationsOf,
  lastActivity,
  lastActivityOf,
  openMessages,
  openSends,
  openTurns,
  type Stage,
} from "./stage.ts";
import { startTraffic } from "./traffic.ts";

export type Rest = {
  restedMs: number[];
  stranded: string[];
  /** Still open when everything else was at rest, and allowed to be held. */
  doubtful: SentMessage[];
};
export type RandomKills = { kills: number; onOpenTurn: number; onOpenSend: number; rests: Rest };

export const REST_LIMIT_MS = 15_000;
/** One kill in so many waits for an open send, and of few kills every other for an open turn: on a slow machine they could miss them all. */
const AIMED = 4;
const FEW = 50;
const AIM_MS = 5_000;

/** So many conversations must be open at the last start of a part, or their coming to rest would show nothing. */
export const leastRests = (conversations: number): number => Math.ceil(conversations / 10);

/**
 * Kills the runtime at random instants while everybody talks. What was open at the instant is read off the stand-ins:
 * a request to the model or to a tool is an open turn, a callback without its answer an open send.
 */
export async function killAtRandom(
  stage: Stage,
  plan: { kills: number; conversations: number; rests: number },
  random: Random,
): Promise<RandomKills> {
  const result: RandomKills = {
    kills: 0,
    onOpenTurn: 0,
    onOpenSend: 0,
    rests: { restedMs: [], stranded: [], doubtful: [] },
  };
  for (let round = 0; round < plan.rests; round++) {
    const target = Math.round((plan.kills * (round + 1)) / plan.rests);
    const traffic = startTraffic(stage, `c${round}`, plan.conversations, random);
    try {
      while (result.kills < target) {
        await pause(random.between(250, 1_500));
        const last = result.kills === target - 1;
        if (last) {
          await somebodySteppedIn(stage);
          await traffic.handBack();
          await somebodyWaits(stage, leastRests(plan.conversations));
        }
        if (result.kills % AIMED === AIMED - 1) await somethingIsSent(stage);
        else if (plan.kills < FEW && result.kills % 2 === 0) await somethingIsThought(stage);
        const { turn, send } = { turn: openTurns(stage) > 0, send: openSends(stage) > 0 };
        // The senders must be silent before the last start: from then on nothing may come from outside.
        const stopping = last ? traffic.stop() : undefined;
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

const somebodyWaits = (stage: Stage, least: number): Promise<unknown> =>
  until("enough conversations are open", () => conversationsOf(openMessages(stage)).size >= least, {
    deadlineMs: AIM_MS,
    everyMs: 10,
  }).catch(() => undefined);

const somethingIsThought = (stage: Stage): Promise<unknown> =>
  until("a turn is open", () => openTurns(stage) > 0, { deadlineMs: AIM_MS, everyMs: 5 }).catch(() => undefined);

/** A slow machine lists conversations late, and before that nobody can take one over. */
const somebodySteppedIn = (stage: Stage): Promise<unknown> =>
  until("somebody took over", () => stage.takeOvers.length > 0, { deadlineMs: 4 * AIM_MS }).catch(() => undefined);

const somethingIsSent = (stage: Stage): Promise<unknown> =>
  until("a send is open", () => openSends(stage) > 0, { deadlineMs: AIM_MS, everyMs: 5 }).catch(() => undefined);

/** After the last start nobody sends anything: whatever is still open must finish by itself. */
export async function comeToRest(stage: Stage, rests: Rest): Promise<void> {
  const { at } = await stage.charla.runtimeIsBack();
  const openAtStart = conversationsOf(openMessages(stage));
  const { patienceMs } = stage;
  await until("every conversation is at rest", () => openMessages(stage).length === 0, {
    deadlineMs: patienceMs,
    everyMs: 50,
  }).catch(() => undefined);
  const open = Map.groupBy(openMessages(stage), (message) => (mayBeHeld(stage, message) ? "doubtful" : "stranded"));
  rests.stranded.push(...conversationsOf(open.get("stranded") ?? []));
  for (const message of open.get("doubtful") ?? []) {
    rests.doubtful.push(message);
    openAtStart.delete(message.conversation);
  }
  // A vendor that missed an acknowledgement comes back after the answer is out; nothing may come of it.
  await Promise.all([...stage.redeliver.values()].map((redeliver) => redeliver()));
  // Longer than a watchdog sleeps: an answer that comes a second time comes now.
  await untilQuiet("the outside", () => lastActivity(stage), 6_000, 60_000);
  const last = lastActivityOf(stage);
  for (const conversation of openAtStart) rests.restedMs.push(Math.max(0, (last.get(conversation) ?? at) - at));
}

/** What may wait for a callback had time for it meanwhile: by now the console shows that nobody knows. */
export async function settleDoubts(stage: Stage, { doubtful, stranded }: Rest): Promise<void> {
  if (doubtful.length === 0) return;
  // What waited behind a doubt is answered once that is settled.
  let unsettled = doubtful;
  const settled = async (): Promise<boolean> => {
    const open = new Set(openMessages(stage));
    const held = await heldAmong(stage, doubtful);
    unsettled = doubtful.filter((message) => open.has(message) && !held.has(message.id));
    return unsettled.length === 0;
  };
  const settleMs = Math.max(...stage.outsides.map((outside) => outside.settleMs));
  await until("every doubt is settled", settled, { deadlineMs: settleMs + stage.patienceMs, everyMs: 1_000 }).catch(
    () => undefined,
  );
  stranded.push(...conversationsOf(unsettled));
}
