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
  pollingSessionObject,
  queues,
  tenantDatabases,
  tenantGateObject,
  workerNames,
} from "./bindings.ts";
import type { Stage, WorkerConfig } from "./worker-config.ts";

// Local limits only have to exist: every local caller shares one address, so tests and benchmarks would trip real ones.
const requestsPer10Seconds = (stage: Stage): { ip: number; key: number } =>
  stage === "production" ? { ip: 300, key: 600 } : { ip: 100_000, key: 100_000 };

export const gateway: WorkerConfig = {
  name: workerNames.gateway,
  file: "wrangler.toml",
  main: "workers/gateway/src/index.ts",
  stages: ["development", "production"],
  compatibilityFlags: [],
  secrets: ["KEK", "SESSION_SECRET", "PLATFORM_KEY"],
  bindings: (stage, resources) => {
    const limits = requestsPer10Seconds(stage);
    return {
      ...deployed(stage, true),
      vars: {
        ENVIRONMENT: stage,
        ...egressVars(stage, resources),
        TENANT_MESSAGES_PER_SECOND: messagesPerSecond(stage),
        // What callers are told of the limits below.
        RATE_LIMIT_POLICY: `"address";q=${limits.ip};w=10, "key";q=${limits.key};w=10`,
      },
      assets: { directory: "dist/assets", binding: "ASSETS", run_worker_first: true },
      services: [
        { binding: "ROUTER", service: workerNames.router },
        // Raw mail goes by a door of its own, which no request can reach.
        { binding: "INBOUND_MAIL", service: workerNames.router, entrypoint: "InboundMail" },
        { binding: "KNOWLEDGE", service: workerNames.agent, entrypoint: "Knowledge" },
      ],
      durable_objects: {
        bindings: [fromAgent(conversationObject), fromAgent(tenantGateObject), pollingSessionObject],
      },
      exports: { PollingSession: { type: "durable-object", storage: "sqlite" } },
      kv_namespaces: configNamespace(resources),
      r2_buckets: files,
      // Events and inbound are asked for their depth and sent to when a dead event is replayed, and never else.
      queues: {
        producers: [
          { binding: "EVENTS", queue: queues.events },
          { binding: "INBOUND", queue: queues.inbound },
          { binding: "KNOWLEDGE_JOBS", queue: queues.knowledge },
        ],
      },
      analytics_engine_datasets: metrics,
      ratelimits: [
        { name: "RATE_LIMIT_IP", namespace_id: "1001", simple: { limit: limits.ip, period: 10 } },
        { name: "RATE_LIMIT_KEY", namespace_id: "1002", simple: { limit: limits.key, period: 10 } },
      ],
      d1_databases: [controlDatabase(resources, ""), ...tenantDatabases(resources, "")],
    };
  },
};
