import { workerProject } from "../../scripts/vitest/worker-project.ts";

export default workerProject({ name: "agent", neighbours: ["tools", "emulator-ai", "emulator-vectorize"] });
