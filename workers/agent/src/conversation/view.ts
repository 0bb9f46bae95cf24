import type { Owner } from "@charla/domain/log";
import type { ConversationView } from "@charla/domain/rpc";
import type { Core } from "./core.ts";
import { reasonOf } from "./journal-version.ts";

/** What operators are shown of a conversation: where it stands, and some of its log. */
export function viewOf({ core, owner, id }: { core: Core; owner: Owner; id: string }, from: number, limit: number) {
  const { head, log, parked } = core;
  const { tenantId, channelId } = head.key;
  return {
    id,
    tenantId,
    channelId,
    agentId: head.agentId,
    owner,
    epoch: head.epoch,
    lastSeq: log.last,
    parked: parked && reasonOf(parked),
    rowsJson: JSON.stringify(log.from(from, limit)),
  } satisfies ConversationView;
}
