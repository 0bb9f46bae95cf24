import { mergeConfig } from "vitest/config";
import { workerProject } from "../../scripts/vitest/worker-project.ts";

export default mergeConfig(workerProject({ name: "tools" }), { test: { globalSetup: ["test/remote.ts"] } });
