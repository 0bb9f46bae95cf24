import type { DatabaseResource, Resources, Stage } from "./worker-config.ts";
import type { TomlTable } from "./toml.ts";

export const workerNames = {
  gateway: "charla-gateway",
  router: "charla-router",
  agent: "charla-agent",
  tools: "charla-tools",
  emulatorAi: "charla-emulator-ai",
  emulatorVectorize: "charla-emulator-vectorize",
} as const;

export const queues = {
  events: "charla-events",
  eventsDead: "charla-events-dlq",
  inbound: "charla-inbound",
  inboundDead: "charla-inbound-dlq",
  knowledge: "charla-knowledge",
} as const;

export const vectorIndex = { name: "charla-knowledge", dimensions: 1024 } as const;

// Migration folders are resolved from the folder of the configuration file that names them.
const database =
  (directory: string, migrations: string) =>
  (resource: DatabaseResource): TomlTable => ({
    binding: resource.binding,
    database_name: resource.name,
    database_id: resource.id,
    migrations_dir: `${directory}${migrations}`,
  });

export const controlDatabase = (resources: Resources, directory = "../../"): TomlTable =>
  database(directory, "migrations/control")(resources.controlDatabase);

export const tenantDatabases = (resources: Resources, directory = "../../"): TomlTable[] =>
  resources.tenantDatabases.map(database(directory, "migrations/tenant"));

export const configNamespace = (resources: Resources): TomlTable[] => [
  { binding: "CONFIG", id: resources.configNamespaceId },
];

export const files: TomlTable[] = [{ binding: "FILES", bucket_name: "charla-files" }];

export const metrics: TomlTable[] = [{ binding: "METRICS", dataset: "charla" }];

export const conversationObject = { name: "CONVERSATION", class_name: "Conversation" };

export const tenantGateObject = { name: "TENANT_GATE", class_name: "TenantGate" };

export const pollingSessionObject = { name: "POLLING_SESSION", class_name: "PollingSession" };

export const fromAgent = (binding: TomlTable): TomlTable => ({ ...binding, script_name: workerNames.agent });

/**
 * What one isolate takes of one tenant. The tests and benchmarks of a machine are one tenant that wants to know how much
 * fits, so in development the limit only has to exist.
 */
export const messagesPerSecond = (stage: Stage): string => (stage === "production" ? "200" : "100000");

/** Settings that only make sense for what is really deployed. */
export const deployed = (stage: Stage, isPublic: boolean): TomlTable =>
  stage === "production"
    ? {
        workers_dev: isPublic,
        preview_urls: false,
        minify: true,
        // Nothing reads the names of functions; carrying them along costs a fourteenth of a bundle.
        keep_names: false,
        upload_source_maps: true,
        observability: { enabled: true, logs: { enabled: true, invocation_logs: false }, traces: { enabled: true } },
      }
    : {};

/**
 * What the egress guard needs: stand-ins of outside services listen on loopback in development, and a call to our own
 * public name is refused everywhere else.
 */
export const egressVars = (stage: Stage, resources: Resources): TomlTable => ({
  HTTP_ALLOW_LOOPBACK: stage === "development" ? "1" : "",
  PUBLIC_BASE_URL: resources.publicBaseUrl,
});
