import { workerNames } from "./bindings.ts";
import type { WorkerConfig } from "./worker-config.ts";

export const emulatorAi: WorkerConfig = {
  name: workerNames.emulatorAi,
  file: "emulators/ai/wrangler.toml",
  main: "src/index.ts",
  stages: ["development"],
  compatibilityFlags: [],
  secrets: [],
  bindings: () => ({}),
};

export const emulatorVectorize: WorkerConfig = {
  name: workerNames.emulatorVectorize,
  file: "emulators/vectorize/wrangler.toml",
  main: "src/index.ts",
  stages: ["development"],
  compatibilityFlags: [],
  secrets: [],
  bindings: () => ({
    durable_objects: { bindings: [{ name: "STORE", class_name: "VectorStore" }] },
    exports: { VectorStore: { type: "durable-object", storage: "sqlite" } },
  }),
};
