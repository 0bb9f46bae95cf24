import { type Id, isId } from "@charla/domain/ids";
import type { SettleEntry } from "@charla/domain/lease";
import type { LogRow } from "@charla/domain/log";
import type { ProjectionEvent, QueuedProjection } from "@charla/domain/projection";
import { addMetrics } from "@charla/services/metrics/add";
import { applyProjection } from "@charla/services/projection/apply";
import { withoutErased } from "@charla/services/projection/erased";
import { openTenant } from "@charla/services/tenants/open";
import { writeProjection } from "@charla/telemetry/metrics";
import type { BackstageDeps } from "../deps.ts";
import { backOffSeconds } from "./back-off.ts";

type Item = { message: Message; event: QueuedProjection };
type Applied = Awaited<ReturnType<typeof applyProjection>>;

const FIRST_RETRY_SECONDS = 2;
const MAX_RETRY_SECONDS = 120;

/**
 * Brings changed rows into the tenants' databases. A tenant whose database fails keeps only its own messages back. A
 * message is acknowledged after its conversation knows, so a row is either projected and known to be, or comes again.
 */
export async function consumeEvents(batch: MessageBatch, deps: BackstageDeps): Promise<void> {
  const byTenant = new Map<string, Item[]>();
  for (const message of batch.messages) {
    if (isProjection(message.body)) {
      const items = byTenant.get(message.body.tenantId);
      const item = { message, event: message.body };
      if (items === undefined) byTenant.set(message.body.tenantId, [item]);
      else items.push(item);
    } else {
      deps.log.error("projection:failed", { reason: "not a projection event" });
      retry(message);
    }
  }
  const metrics: Applied["metrics"] = [];
  await Promise.all(
    [...byTenant].map(async ([tenantId, items]) => {
      try {
        metrics.push(...(await project(tenantId, items, deps)));
        for (const { message } of items) message.ack();
      } catch (error) {
        deps.log.error("projection:failed", { tenantId, count: items.length, error });
        for (const { message } of items) retry(message);
      }
    }),
  );
  if (metrics.length === 0) return;
  try {
    const { control } = await deps.platform();
    await addMetrics(control, metrics);
  } catch (error) {
    // Repeating the batch for its counters would count everything else in it twice.
    deps.log.error("projection:failed", { task: "metrics", error });
  }
}

async function project(tenantId: string, items: Item[], deps: BackstageDeps): Promise<Applied["metrics"]> {
  const startedAt = deps.clock();
  const ctx = await openTenant(await deps.platform(), tenantId);
  const queued = await withoutErased(
    ctx,
    items.map(({ event }) => event),
  );
  const whole = await Promise.all(queued.map((event) => completed(event, deps)));
  const events = whole.toSorted((a, b) => a.version - b.version);
  const { metrics } = await applyProjection(ctx, events);
  await Promise.all([settle(tenantId, events, deps), ...acknowledgements(tenantId, events, deps)]);
  const now = deps.clock();
  const rows = events.reduce((sum, event) => sum + event.rows.length, 0);
  const lagMs = events.reduce((most, event) => Math.max(most, now - event.sentAt), 0);
  const conversations = new Set(events.map((event) => event.conversation.id)).size;
  writeProjection(deps.metrics, { tenantId, conversations, rows, lagMs, ms: now - startedAt });
  return metrics;
}

/** Fetches what was too large for the queue. Its row may have moved on meanwhile, which a version allows. */
async function completed(event: QueuedProjection, deps: BackstageDeps): Promise<ProjectionEvent> {
  const { tenantId, conversation } = event;
  const rows = await Promise.all(
    event.rows.map(async ({ body, ...row }) => {
      if (body !== null) return { ...row, body };
      const conversationId = asConversation(conversation.id);
      const { rowsJson } = await deps
        .conversationById(conversationId)
        .view({ tenantId, afterSeq: row.seq - 1, limit: 1 });
      const [found] = JSON.parse(rowsJson) as LogRow[];
      if (found?.seq !== row.seq) throw new Error(`row ${row.seq} of ${conversationId} is gone`);
      return { ...row, turn: found.turn, state: found.state, body: JSON.stringify(found.body) };
    }),
  );
  return { ...event, rows };
}

function asConversation(id: string): Id<"conversation"> {
  if (!isId("conversation", id)) throw new TypeError("not a conversation's id");
  return id;
}

/** One call per conversation, with every version that is here: what was sent in between may have been lost on the way. */
function acknowledgements(tenantId: string, events: ProjectionEvent[], deps: BackstageDeps): Promise<void>[] {
  const byConversation = Map.groupBy(events, ({ conversation }) => conversation.id);
  return [...byConversation].map(async ([id, ofOne]) => {
    const [version = 0, ...others] = ofOne.map((event) => event.version);
    await deps.conversationById(asConversation(id)).projected({ tenantId, version, others });
  });
}

/** One call per tenant and batch, and none when nothing was spent. Totals grow, so a repeat books nothing. */
async function settle(tenantId: string, events: ProjectionEvent[], deps: BackstageDeps): Promise<void> {
  const entries = new Map<string, SettleEntry>();
  for (const { conversation, spent, spentBefore } of events) {
    if (spent.tokens === spentBefore.tokens && spent.micros === spentBefore.micros) continue;
    const before = entries.get(conversation.id)?.spentBefore ?? spentBefore;
    entries.set(conversation.id, { conversationId: conversation.id, spent, spentBefore: before });
  }
  if (entries.size > 0) await deps.gate(tenantId).settle([...entries.values()]);
}

function retry(message: Message): void {
  message.retry({ delaySeconds: backOffSeconds(message.attempts, FIRST_RETRY_SECONDS, MAX_RETRY_SECONDS) });
}

/** The rows' content is checked where it is written; here only what the routing of the message needs. */
function isProjection(body: unknown): body is QueuedProjection {
  return (
    typeof body === "object" &&
    body !== null &&
    "v" in body &&
    body.v === 1 &&
    "tenantId" in body &&
    isId("tenant", body.tenantId) &&
    "rows" in body &&
    Array.isArray(body.rows)
  );
}
