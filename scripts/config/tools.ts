import { deployed, egressVars, files, metrics, workerNames } from "./bindings.ts";
import type { WorkerConfig } from "./worker-config.ts";

export const tools: WorkerConfig = {
  name: workerNames.tools,
  file: "workers/tools/wrangler.toml",
  main: "src/index.ts",
  stages: ["development", "production"],
  compatibilityFlags: [],
  secrets: ["KEK"],
  bindings: (stage, resources) => ({
    ...deployed(stage, false),
    vars: { ENVIRONMENT: stage, ...egressVars(stage, resources) },
    r2_buckets: files,
    analytics_engine_datasets: metrics,
  }),
};
