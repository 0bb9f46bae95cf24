import { pause, until } from "../poll.ts";
import type { SentMessage } from "./ledger.ts";
import { Operators } from "./operators.ts";
import type { Line } from "./outside/outside.ts";
import type { Random } from "./random.ts";
import { type Wish, WISHES, wishText } from "./script.ts";
import { hasReplyTo, type Stage } from "./stage.ts";

export type Utterance = {
  account: number;
  conversation: string;
  n: number;
  wish: Wish;
  fragment?: boolean;
  again?: boolean;
};

/** In one of so many conversations an operator steps in now and then. */
const WATCHED = 5;

/** Sends one message as the vendor does and writes down when it was acknowledged. */
export async function speak(
  stage: Stage,
  { account, conversation, n, wish, fragment, again }: Utterance,
  stop?: AbortSignal,
): Promise<SentMessage> {
  const line = lineAt(stage, account);
  const sent: SentMessage = { account: line.account, conversation, n, id: `${conversation}-${n}`, wish };
  stage.sent.push(sent);
  const delivered = await line.say({ conversation, n, text: wishText(wish, fragment) }, stop);
  if (delivered.accepted) {
    sent.acceptedAt = Date.now();
    stage.redeliver.set(conversation, () => delivered.again());
  }
  if (again) await delivered.again(stop);
  return sent;
}

function lineAt({ lines }: Stage, account: number): Line {
  const line = lines[account % lines.length];
  if (line === undefined) throw new Error("no account to send to");
  return line;
}

/**
 * A person who mostly waits for the answer before going on, and sometimes writes again at once; the second supersedes
 * a turn that is being thought about. Who has said enough makes room for somebody else.
 */
async function talk(stage: Stage, account: number, name: string, random: Random, talking: Talking): Promise<void> {
  const { stop, operators } = talking;
  const line = lineAt(stage, account);
  let conversation = name;
  await pause(random.between(0, 1_000));
  for (let n = 1, people = 1; !stop.aborted; n++) {
    if (n > line.outside.talkLength) {
      conversation = `${name}p${++people}`;
      n = 1;
    }
    if (n === 1 && account % WATCHED === 0) operators.watch(line, conversation, random);
    const again = random.next() < 0.1;
    const sent = await speak(stage, { account, conversation, n, wish: random.pick(WISHES), again }, stop);
    if (random.next() < 0.2) continue;
    const enough = (): boolean => stop.aborted || hasReplyTo(stage, sent.id);
    await until("the answer, or the end of the person's patience", enough, { deadlineMs: 8_000, everyMs: 50 }).catch(
      () => undefined,
    );
    await pause(random.between(0, 300));
  }
}

type Talking = { stop: AbortSignal; operators: Operators };
export type Traffic = {
  /** Nobody holds a conversation any more; people talk on. */
  handBack: () => Promise<void>;
  stop: () => Promise<void>;
};

/** Talks in every conversation until stopped; what is not acknowledged then is given up by its sender. */
export function startTraffic(stage: Stage, name: string, conversations: number, random: Random): Traffic {
  const control = new AbortController();
  const operators = new Operators(stage);
  const talking = { stop: control.signal, operators };
  const talks = Array.from({ length: conversations }, (_, index) =>
    talk(stage, index, `${name}x${index}`, random, talking),
  );
  const handBack = (): Promise<void> => operators.leave();
  return {
    handBack,
    stop: async () => {
      control.abort();
      operators.end();
      await Promise.all(talks);
    },
  };
}
