import {
  configNamespace,
  controlDatabase,
  conversationObject,
  deployed,
  egressVars,
  files,
  fromAgent,
  messagesPerSecond,
  metrics,
  queues,
  tenantDatabases,
  tenantGateObject,
  workerNames,
} from "./bindings.ts";
import type { WorkerConfig } from "./worker-config.ts";

// An unreachable object usually comes back within seconds, so the spill retries soon and for long before it gives up.
const consumers = [
  {
    queue: queues.events,
    max_batch_size: 100,
    max_batch_timeout: 1,
    max_retries: 10,
    retry_delay: 5,
    dead_letter_queue: queues.eventsDead,
  },
  {
    queue: queues.inbound,
    max_batch_size: 20,
    max_batch_timeout: 1,
    max_retries: 50,
    retry_delay: 2,
    dead_letter_queue: queues.inboundDead,
  },
  { queue: queues.eventsDead, max_batch_size: 20, max_batch_timeout: 5, max_retries: 50, retry_delay: 30 },
  { queue: queues.inboundDead, max_batch_size: 20, max_batch_timeout: 5, max_retries: 50, retry_delay: 30 },
];

export const router: WorkerConfig = {
  name: workerNames.router,
  file: "workers/router/wrangler.toml",
  main: "src/index.ts",
  stages: ["development", "production"],
  compatibilityFlags: [],
  secrets: ["KEK"],
  bindings: (stage, resources) => ({
    ...deployed(stage, false),
    vars: {
      ENVIRONMENT: stage,
      ...egressVars(stage, resources),
      TENANT_MESSAGES_PER_SECOND: messagesPerSecond(stage),
      // Who writes to the people that look after a tenant.
      NOTICE_SENDER: resources.noticeSender,
    },
    triggers: { crons: ["* * * * *"] },
    durable_objects: { bindings: [fromAgent(conversationObject), fromAgent(tenantGateObject)] },
    queues: {
      producers: [
        { binding: "INBOUND", queue: queues.inbound },
        { binding: "KNOWLEDGE_JOBS", queue: queues.knowledge },
      ],
      consumers,
    },
    kv_namespaces: configNamespace(resources),
    r2_buckets: files,
    send_email: [{ name: "EMAIL" }],
    analytics_engine_datasets: metrics,
    d1_databases: [controlDatabase(resources), ...tenantDatabases(resources)],
  }),
};
