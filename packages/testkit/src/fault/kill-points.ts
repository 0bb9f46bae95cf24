import { KILL_MOMENTS, type KillMoment } from "../kill-orders.ts";
import { pause } from "../poll.ts";
import type { Wish } from "./script.ts";
import { answerTo, type Stage } from "./stage.ts";
import type { ChannelKind } from "./outside/outside.ts";
import { speak } from "./traffic.ts";

export type KillPoint = { place: KillPlace; moment: KillMoment; channel?: ChannelKind };
export type PointResult = KillPoint & { rounds: number; resumedMs: number[]; failures: string[] };

export const KILL_PLACES = ["model", "read", "keyed", "unsafe", "channel"] as const;

export type KillPlace = (typeof KILL_PLACES)[number];

/** Sends are interrupted on every channel, everything before them once, whichever channel it came by. */
export const killPoints = (channels: readonly ChannelKind[], places: readonly KillPlace[] = KILL_PLACES): KillPoint[] =>
  places.flatMap((place) =>
    KILL_MOMENTS.flatMap((moment): KillPoint[] =>
      place === "channel" ? channels.map((channel) => ({ place, moment, channel })) : [{ place, moment }],
    ),
  );

const wishAt = (place: KillPlace): Wish => (place === "model" || place === "channel" ? "plain" : place);
const subjectAt = (place: KillPlace): string => (place === "model" || place === "channel" ? place : `tool ${place}`);

/** The conversation's own point in the stand-ins' words, e.g. `tool keyed m:p3-1`. */
function matcher(place: KillPlace, conversation: string): (subject: string) => boolean {
  const own = new RegExp(`\\b${conversation}\\b`);
  return (subject) => subject.startsWith(subjectAt(place)) && own.test(subject);
}

let serial = 0;

/** One conversation, one message, one kill exactly there; then silence until the answer is out. */
export async function killAt(stage: Stage, { place, moment, channel }: KillPoint, result: PointResult): Promise<void> {
  const conversation = `p${++serial}`;
  const account = channel === undefined ? serial : stage.lines.findIndex(({ outside }) => outside.kind === channel);
  const carriedOut = stage.kills.order(moment, matcher(place, conversation));
  // Fragments wait a moment for more, so that the sender has its 2xx before the kill and has no reason to come back.
  const bystander = speak(stage, {
    account: account + 1,
    conversation: `${conversation}b`,
    n: 1,
    wish: "keyed",
    fragment: true,
  });
  const sent = await speak(stage, { account, conversation, n: 1, wish: wishAt(place), fragment: true });
  await bystander;
  const patience = pause(15_000).then(() => undefined);
  if ((await Promise.race([carriedOut, patience])) === undefined)
    result.failures.push(`${sent.id}: the point was not reached`);
  const { at } = await stage.charla.runtimeIsBack();
  result.rounds++;
  for (const id of [sent.id, `${conversation}b-1`]) {
    const answer = await answerTo(stage, id);
    if (answer === undefined) result.failures.push(`${id}: stranded`);
    else if (answer.knownAt > at) result.resumedMs.push(answer.knownAt - at);
  }
}

export async function killAtPoints(stage: Stage, rounds: number, points: readonly KillPoint[]): Promise<PointResult[]> {
  const results = points.map((point): PointResult => ({ ...point, rounds: 0, resumedMs: [], failures: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const result of results) await killAt(stage, result, result);
  }
  return results;
}
