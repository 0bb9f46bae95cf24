/** Every line of log there is, as noun:verb. A new one is one line here; `docs` and alerts may rely on the names. */
export const EVENTS = {
  "request:failed": "A request ended in an error nobody expected",
  "request:blocked": "A request met a state that only the operator of the platform can change",
  "webhook:handled": "One per webhook, whatever became of it",
  "webhook:failed": "A webhook ended in an error nobody expected",
  "account:stale": "A channel's record could not be read again; the last known one serves",
  "tally:failed": "It could not be counted how often somebody has written; it was let pass",
  "account:broken": "A channel's record exists but cannot be used",
  "channel:attend_failed": 'Ticks or "typing" could not be shown in the vendor\'s client',
  "channel:connect_failed": "Connecting or disconnecting ended in an error that the channel did not foresee",
  "channel:alerted": "A channel that works by all appearances was found in trouble",
  "channel:recovered": "A channel that was in trouble works again",
  "canary:rolled_back": "A release that a share of the conversations had did worse than the one in force",
  "notice:sent": "People were told by mail of what needs them",
  "notice:failed": "A mail to people who are to be told could not be sent and will be tried again",
  "arrival:spilled": "A conversation could not be reached in time; its events wait in the queue",
  "arrival:deferred": "A spilled arrival could still not be handed over",
  "call:refused": "The vendor could not use a frame of ours; the call goes on",
  "call:foreign": "A call's socket said that it belongs to another call or account, and was shut",
  "call:flooded": "A call's socket sent more than a telephone can, and was shut",
  "queue:dead": "Messages that no retry could deliver were put where people see them",
  "conversation:parked": "Another build wrote its journal; what comes in is kept until that build is back",
  "conversation:resumed": "A parked conversation goes on",
  "turn:closed": "One per turn",
  "turn:failed": "A turn met an error nobody expected and will be tried again",
  "turn:dead": "A turn was given up and is a dead letter",
  "send:failed": "A channel refused or lost a message",
  "send:dead": "A message was given up and is a dead letter",
  "media:not_dropped": "A file that came with its message is stored twice for now",
  "media:not_fetched": "A file that somebody sent could not be had from the channel",
  "media:not_read": "A file that somebody sent was had but not understood",
  "model:failed": "A model call failed",
  "tool:failed": "A tool call failed",
  "knowledge:read": "Work on a document of a knowledge base came to an end",
  "knowledge:deferred": "Documents could not be put on the queue; the minute's cron will",
  "knowledge:failed": "A document could not be worked on and will come again",
  "wake:failed": "An alarm met an error nobody expected and is armed again",
  "socket:failed": "A live connection ended in an error",
  "projection:failed": "Rows of one tenant could not be applied and will come again",
  "projection:send_failed": "Changed rows could not be put on the queue and will be sent again",
  "gate:failed": "A tenant's gate could not be reached",
  "metrics:failed": "Counters could not be written and are lost",
  "cron:ran": "One per minute",
  "cron:failed": "A part of the minute's work failed; the others went on",
} as const;

export type EventName = keyof typeof EVENTS;

/**
 * All that a line may hold. The set is closed so that a message's text or a person's address has no field to get into;
 * ids, numbers and our own words only.
 */
export type LogFields = {
  tenantId?: string;
  agentId?: string;
  channelId?: string;
  documentId?: string;
  channelKind?: string;
  conversationId?: string;
  conversations?: number;
  messageId?: string;
  turnId?: string;
  releaseId?: string;
  trackingId?: string;
  requestId?: string;
  actorId?: string;
  provider?: string;
  model?: string;
  tool?: string;
  queue?: string;
  method?: string;
  route?: string;
  status?: number;
  state?: string;
  outcome?: string;
  code?: string;
  reason?: string;
  task?: string;
  version?: number;
  seq?: number;
  epoch?: number;
  attempt?: number;
  count?: number;
  accepted?: number;
  duplicates?: number;
  rejected?: number;
  spilled?: number;
  steps?: number;
  resumes?: number;
  tokensIn?: number;
  tokensOut?: number;
  costMicros?: number;
  bytes?: number;
  ms?: number;
  lagMs?: number;
  retryInMs?: number;
  error?: unknown;
};
