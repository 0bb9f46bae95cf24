import type { Owner } from "@charla/domain/log";
import type { ConversationView, ForTenant } from "@charla/domain/rpc";
import type { ChatMessage } from "@charla/domain/webchat";
import type { Core } from "./core.ts";
import { reasonOf } from "./journal-version.ts";
import { shown } from "./sockets.ts";

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

/** The same as its visitor sees it. */
export function chatMessagesOf(
  core: Core,
  { tenantId, afterSeq, limit }: ForTenant<{ afterSeq: number; limit: number }>,
): { messages: ChatMessage[]; lastSeq: number } {
  core.assertReadable(tenantId);
  const rows = core.log.messagesAfter(afterSeq, limit);
  // A full page ends where it ends; only a last page may skip to the end of the log.
  const lastSeq = rows.length < limit ? core.log.last : (rows.at(-1)?.seq ?? afterSeq);
  return { messages: shown(rows), lastSeq };
}
