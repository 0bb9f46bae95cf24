import { at, listAt, textAt } from "../charla/api.ts";
import { pause } from "../poll.ts";
import type { SentMessage } from "./ledger.ts";
import { marksAsIds } from "./outside/mark-ids.ts";
import type { Line } from "./outside/outside.ts";
import type { Stage } from "./stage.ts";

async function* pagesOf({ tenant }: Line, path: string): AsyncGenerator<unknown> {
  for (let cursor: unknown = ""; typeof cursor === "string";) {
    const page = await tenant.api.get(
      `${path}${path.includes("?") ? "&" : "?"}limit=100${cursor && `&cursor=${cursor}`}`,
    );
    yield* listAt(page, "data");
    cursor = at(page, "nextCursor");
  }
}

async function findConversation(line: Line, conversation: string): Promise<string | undefined> {
  const thread = line.threadOf(conversation);
  for await (const row of pagesOf(line, `/v1/conversations?channelId=${line.channelId}`))
    if (at(row, "thread") === thread) return textAt(row, "id");
  return undefined;
}

/** As whoever sits at the console finds it: once it is listed. Nothing when the signal comes first. */
export async function conversationIdOf(
  line: Line,
  conversation: string,
  stop: AbortSignal,
): Promise<string | undefined> {
  while (!stop.aborted) {
    const found = await findConversation(line, conversation).catch(() => undefined);
    if (found !== undefined) return found;
    await pause(500);
  }
  return undefined;
}

/**
 * Of messages without a reply, those whose answer the console shows as unknown. Only where that is the rule: the channel's
 * policy is to hold what is in doubt, or a person took the conversation over meanwhile.
 */
export async function heldAmong(stage: Stage, messages: readonly SentMessage[]): Promise<Set<string>> {
  const held = new Set<string>();
  const asked = messages.filter((message) => mayBeHeld(stage, message));
  for (const [conversation, line] of new Map(asked.map((message) => [message.conversation, lineOf(stage, message)]))) {
    const id = await findConversation(line, conversation);
    if (id === undefined) continue;
    for await (const row of pagesOf(line, `/v1/conversations/${id}/messages`)) {
      if (at(row, "direction") === "out" && at(row, "state") === "unknown")
        for (const message of marksAsIds(textAt(row, "text"))) held.add(message);
    }
  }
  return held;
}

export const mayBeHeld = (stage: Stage, message: SentMessage): boolean =>
  lineOf(stage, message).outside.settleMs > 0 ||
  stage.takeOvers.some(
    ({ account, conversation }) => account === message.account && conversation === message.conversation,
  );

function lineOf(stage: Stage, { account }: SentMessage): Line {
  const line = stage.lines.find((one) => one.account === account);
  if (line === undefined) throw new Error(`no account ${account}`);
  return line;
}
