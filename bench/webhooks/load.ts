import { setTimeout as delay } from "node:timers/promises";
import type { Kind } from "./kinds.ts";
import type { Answered, RawClient } from "./raw-client.ts";
import type { Account } from "./stage.ts";

/** One message that was offered, and how it was answered. */
export type Offered = { mark: string; kind: Kind; answered: Answered };
/** `seconds` until the last answer; `offering`, until the last request was due, is shorter where connections ran out. */
export type Flood = { offered: Offered[]; seconds: number; offering: number; late: number };

export const takenOf = ({ offered }: Flood): string[] =>
  offered.filter(({ answered }) => answered.status === 200).map(({ mark }) => mark);

const TICK_MS = 5;
const QUESTIONS = 5;

/** Mostly pieces of what somebody wants to say, now and then a question. */
const wordsOf = (mark: string, n: number): string =>
  n % QUESTIONS === 0 ? `m:${mark} ¿y la tenéis en azul?` : `m:${mark} otra cosa`;

/** At a rate that does not care how fast it is answered, over all accounts and all their people in turn; each goes on `after` so many messages. */
export async function flood(
  client: RawClient,
  accounts: readonly Account[],
  wish: { perSecond: number; seconds: number; people: number; after?: number },
): Promise<Flood> {
  const offered: Offered[] = [];
  const open: Promise<unknown>[] = [];
  const counts = new Map<string, number>();
  const began = performance.now();
  const total = Math.round(wish.perSecond * wish.seconds);
  let late = 0;
  const offer = (index: number): void => {
    const account = accounts[index % accounts.length];
    if (account === undefined) return;
    const person = Math.floor(index / accounts.length) % wish.people;
    const conversation = `k${account.serial}p${person}`;
    const n = (counts.get(conversation) ?? wish.after ?? 0) + 1;
    counts.set(conversation, n);
    const mark = `${conversation}-${n}`;
    const { headers, body } = account.kind.sign(account, { conversation, person, n, text: wordsOf(mark, n) });
    const answer = client.post(account.path, headers, body).then((answered) => {
      offered.push({ mark, kind: account.kind, answered });
    });
    open.push(answer);
  };
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * wish.perSecond));
    if (due - sent > wish.perSecond / 2) late++;
    // In small portions, so that answers are read in between.
    for (const end = Math.min(due, sent + 200); sent < end; sent++) offer(sent);
    await (sent < due ? new Promise(setImmediate) : delay(TICK_MS));
  }
  const offering = (performance.now() - began) / 1_000;
  await Promise.all(open);
  return { offered, seconds: (performance.now() - began) / 1_000, offering, late };
}

/** The most that the bare Worker makes durable per second: so many at a time, each as soon as one is done. */
export async function sustained(
  client: RawClient,
  wish: { seconds: number; atOnce: number; conversations: number },
): Promise<number> {
  const began = performance.now();
  const end = began + wish.seconds * 1_000;
  let accepted = 0;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      const n = next++;
      const conversation = `b${n % wish.conversations}`;
      const body = JSON.stringify({ conversation, text: wordsOf(`${conversation}-${n}`, n) });
      const { status } = await client.post("/accept", { "content-type": "application/json" }, body);
      if (status !== 200) throw new Error(`the bare Worker answered ${status}`);
      accepted++;
    }
  };
  await Promise.all(Array.from({ length: wish.atOnce }, lane));
  return accepted / ((performance.now() - began) / 1_000);
}
