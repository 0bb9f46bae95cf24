import { mayAutomaticallySpeak } from "@charla/agent/owner";
import { newId } from "@charla/domain/ids";
import type { OutRow } from "@charla/domain/log";
import type { Core } from "../conversation/core.ts";
import type { HistoryCache } from "../conversation/history-cache.ts";
import type { Outbox } from "../conversation/outbox.ts";

const RECENT = 50;

/** What may be said and nobody has heard yet, oldest first. While a person holds the conversation only their words are said. */
export function unheard(core: Core): OutRow[] {
  const { log, head } = core;
  const automatic = mayAutomaticallySpeak(head.owner, core.now());
  return log
    .messagesBefore(log.last + 1, RECENT)
    .filter((row): row is OutRow => row.kind === "out" && row.state === "sent")
    .filter(({ body }) => automatic || body.author.type === "human")
    .reverse();
}

/** A sentence that no model wrote, as part of the conversation. */
export function saySystem(outbox: Outbox, core: Core, text: string): OutRow[] {
  const now = core.now();
  const [author, trackingId] = [{ type: "system" } as const, newId("tracking", now)];
  const idOf = (): string => newId("message", now);
  return core.write(() => outbox.append({ answer: { text }, author, turn: null, inReplyTo: [], trackingId, idOf }));
}

/** What stands in the log is what was heard: the model reads it, and so does whoever looks the call up. */
export function cutTo(core: Core, history: HistoryCache, seqs: readonly number[], text: string): void {
  let rest = text;
  for (const seq of seqs) {
    const row = core.log.bySeq(seq);
    if (row?.kind !== "out") continue;
    const whole = row.body.text;
    const heard = rest.startsWith(whole) ? whole : rest;
    rest = rest.slice(heard.length).trimStart();
    if (heard === whole) continue;
    if (heard === "") row.state = "dropped";
    else row.body = { ...row.body, text: heard, cutFrom: whole.length };
    core.write(() => core.log.update(row));
  }
  history.invalidate();
}
