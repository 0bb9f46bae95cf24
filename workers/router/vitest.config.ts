import { workerProject } from "../../scripts/vitest/worker-project.ts";

export default workerProject({ name: "router", neighbours: ["agent", "tools", "emulator-ai", "emulator-vectorize"] });
