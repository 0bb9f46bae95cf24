import { isId } from "@charla/domain/ids";
import type { KnowledgeJob } from "@charla/domain/knowledge";
import { isAppError } from "@charla/domain/errors";
import { createLogger } from "@charla/telemetry/logger";
import { ingest } from "./ingest.ts";

const log = createLogger({ worker: "agent" });
const FIRST_RETRY_SECONDS = 2;
const MAX_RETRY_SECONDS = 120;

/** A message only wakes; what is to be done stands in the document's row, and the minute's cron finds what was lost. */
export async function consumeKnowledge(batch: MessageBatch, env: AgentEnv): Promise<void> {
  for (const message of batch.messages) {
    if (!isJob(message.body)) {
      log.error("knowledge:failed", { reason: "not a knowledge job" });
      message.ack();
      continue;
    }
    const { tenantId, documentId } = message.body;
    const startedAt = Date.now();
    try {
      const outcome = await ingest(env, tenantId, documentId);
      if (outcome === "again") message.retry({ delaySeconds: 1 });
      else message.ack();
      if (outcome !== "nothing")
        log.info("knowledge:read", { tenantId, documentId, outcome, ms: Date.now() - startedAt });
    } catch (error) {
      log.warn("knowledge:failed", { tenantId, documentId, attempt: message.attempts, error });
      // A tenant that is gone takes its documents with it.
      if (isAppError(error, "NOT_FOUND")) message.ack();
      else message.retry({ delaySeconds: Math.min(FIRST_RETRY_SECONDS * 2 ** message.attempts, MAX_RETRY_SECONDS) });
    }
  }
}

function isJob(body: unknown): body is KnowledgeJob {
  return (
    typeof body === "object" &&
    body !== null &&
    "v" in body &&
    body.v === 1 &&
    "tenantId" in body &&
    isId("tenant", body.tenantId) &&
    "documentId" in body &&
    isId("document", body.documentId)
  );
}
