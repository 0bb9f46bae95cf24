import { message } from "../integrator/events.ts";
import { sendUntilAccepted } from "../integrator/sender.ts";
import { pause, until } from "../poll.ts";
import type { SentMessage } from "./ledger.ts";
import type { Random } from "./random.ts";
import { type Wish, WISHES, wishText } from "./script.ts";
import type { Stage } from "./stage.ts";

export type Utterance = {
  account: number;
  conversation: string;
  n: number;
  wish: Wish;
  fragment?: boolean;
  again?: boolean;
};

/** Sends one message as an integrator does and writes down when it was acknowledged. */
export async function speak(
  stage: Stage,
  { account, conversation, n, wish, fragment, again }: Utterance,
  stop?: AbortSignal,
): Promise<SentMessage> {
  const to = stage.accounts[account % stage.accounts.length];
  if (to === undefined) throw new Error("no account to send to");
  const event = message(conversation, n, wishText(wish, fragment));
  const sent: SentMessage = { account: to.channelId, conversation, n, id: event.id, wish };
  stage.sent.push(sent);
  const sending = { url: to.webhookUrl, secret: to.secret, timeoutMs: 2_000 };
  const { accepted } = await sendUntilAccepted(event, sending, stop);
  if (accepted) {
    sent.acceptedAt = Date.now();
    stage.redeliver.set(conversation, () => sendUntilAccepted(event, sending));
  }
  if (again) await sendUntilAccepted(event, sending, stop);
  return sent;
}

/**
 * A person who mostly waits for the answer before going on, and sometimes writes again at once; the second supersedes
 * a turn that is being thought about.
 */
async function talk(
  stage: Stage,
  account: number,
  conversation: string,
  random: Random,
  stop: AbortSignal,
): Promise<void> {
  await pause(random.between(0, 1_000));
  for (let n = 1; !stop.aborted; n++) {
    const sent = await speak(
      stage,
      { account, conversation, n, wish: random.pick(WISHES), again: random.next() < 0.1 },
      stop,
    );
    if (random.next() < 0.2) continue;
    const enough = (): boolean => stop.aborted || stage.integrator.hasReplyTo(sent.id);
    await until("the answer, or the end of the person's patience", enough, { deadlineMs: 8_000, everyMs: 50 }).catch(
      () => undefined,
    );
    await pause(random.between(0, 300));
  }
}

export type Traffic = { stop: () => Promise<void> };

/** Talks in every conversation until stopped; what is not acknowledged then is given up by its sender. */
export function startTraffic(stage: Stage, name: string, conversations: number, random: Random): Traffic {
  const control = new AbortController();
  const talks = Array.from({ length: conversations }, (_, index) =>
    talk(stage, index, `${name}x${index}`, random, control.signal),
  );
  return {
    stop: async () => {
      control.abort();
      await Promise.all(talks);
    },
  };
}
