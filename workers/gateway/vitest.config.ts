import { workerProject } from "../../scripts/vitest/worker-project.ts";

export default workerProject({
  name: "gateway",
  neighbours: ["router", "agent", "tools", "emulator-ai", "emulator-vectorize"],
});
