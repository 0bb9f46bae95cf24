import type { SendJobs } from "@charla/services/knowledge/internal";
import { createLogger } from "@charla/telemetry/logger";

const log = createLogger({ worker: "gateway" });

/** What cannot be queued now is not lost: the minute's cron looks for documents that nobody has begun with. */
export const sendJobs =
  ({ KNOWLEDGE_JOBS }: Pick<GatewayEnv, "KNOWLEDGE_JOBS">): SendJobs =>
  async (jobs) => {
    if (jobs.length === 0) return;
    try {
      await KNOWLEDGE_JOBS.sendBatch(jobs.map((body) => ({ body })));
    } catch (error) {
      log.warn("knowledge:deferred", { tenantId: jobs[0]?.tenantId, count: jobs.length, error });
    }
  };
