import {
  configNamespace,
  controlDatabase,
  conversationObject,
  deployed,
  egressVars,
  files,
  metrics,
  queues,
  tenantDatabases,
  tenantGateObject,
  vectorIndex,
  workerNames,
} from "./bindings.ts";
import type { TomlTable } from "./toml.ts";
import type { Stage, WorkerConfig } from "./worker-config.ts";

// One document at a time, because each may fill most of an isolate's memory. Without a queue for the dead: a document's
// own row says that it failed, and the minute's cron asks again for what was lost.
const documents = { queue: queues.knowledge, max_batch_size: 1, max_batch_timeout: 0, max_retries: 10, retry_delay: 2 };

const tools = { binding: "TOOLS", service: workerNames.tools };

/** Workers AI and Vectorize have no local simulation, so development binds Workers that offer the same methods. */
const modelBindings = (stage: Stage): TomlTable =>
  stage === "production"
    ? {
        services: [tools],
        ai: { binding: "AI" },
        vectorize: [{ binding: "VECTORIZE", index_name: vectorIndex.name }],
      }
    : {
        services: [
          tools,
          { binding: "AI", service: workerNames.emulatorAi },
          {
            binding: "VECTORIZE",
            service: workerNames.emulatorVectorize,
            props: { index: vectorIndex.name, dimensions: vectorIndex.dimensions },
          },
        ],
      };

export const agent: WorkerConfig = {
  name: workerNames.agent,
  file: "workers/agent/wrangler.toml",
  main: "src/index.ts",
  stages: ["development", "production"],
  compatibilityFlags: ["nodejs_compat"],
  secrets: ["KEK"],
  bindings: (stage, resources) => ({
    ...deployed(stage, false),
    vars: { ENVIRONMENT: stage, ...egressVars(stage, resources) },
    durable_objects: {
      // Lets a conversation finish its turn before new code replaces it.
      code_update_strategy: { mode: "deferred", max_delay: 300 },
      bindings: [conversationObject, tenantGateObject],
    },
    exports: {
      Conversation: { type: "durable-object", storage: "sqlite" },
      TenantGate: { type: "durable-object", storage: "sqlite" },
    },
    ...modelBindings(stage),
    queues: { producers: [{ binding: "EVENTS", queue: queues.events }], consumers: [documents] },
    kv_namespaces: configNamespace(resources),
    r2_buckets: files,
    send_email: [{ name: "EMAIL" }],
    analytics_engine_datasets: metrics,
    d1_databases: [controlDatabase(resources), ...tenantDatabases(resources)],
  }),
};
