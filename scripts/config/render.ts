import { agent } from "./agent.ts";
import { emulatorAi, emulatorVectorize } from "./emulators.ts";
import { gateway } from "./gateway.ts";
import { resourcesFor } from "./resources.ts";
import { router } from "./router.ts";
import { toToml } from "./toml.ts";
import { tools } from "./tools.ts";
import type { TomlTable } from "./toml.ts";
import type { Stage, WorkerConfig } from "./worker-config.ts";

export const compatibilityDate = "2026-11-01";

/** Every Worker, in the order in which a first deploy works: what is bound comes before what binds it. */
export const workers: readonly WorkerConfig[] = [tools, agent, router, gateway];

export const emulators: readonly WorkerConfig[] = [emulatorAi, emulatorVectorize];

// The top level is development: it binds emulators, so deploying it would put a Worker without a model on the network.
const refuseDeploy = [
  `case "$WRANGLER_COMMAND" in deploy|"versions upload")`,
  `echo "This is the development configuration; deploy with: npm run deploy" >&2; exit 1;; esac`,
].join(" ");

/** What a stage says about a Worker; a named environment inherits none of it. */
const stageOf = (worker: WorkerConfig, stage: Stage): TomlTable => {
  const { vars, ...bindings } = worker.bindings(stage, resourcesFor(stage));
  const secrets = worker.secrets.length === 0 ? undefined : { required: [...worker.secrets] };
  return { vars, secrets, ...bindings };
};

const production = (worker: WorkerConfig): TomlTable => ({
  name: worker.name,
  build: { command: "" },
  ...stageOf(worker, "production"),
});

export function renderWorker(worker: WorkerConfig): string {
  const config: TomlTable = {
    name: worker.name,
    main: worker.main,
    compatibility_date: compatibilityDate,
    compatibility_flags: [...worker.compatibilityFlags],
    build: { command: refuseDeploy },
    ...stageOf(worker, "development"),
    env: worker.stages.includes("production") ? { production: production(worker) } : undefined,
  };
  return [
    "# Generated from scripts/config by `npm run config`; edit the source, not this file.",
    ...toToml(config),
    "",
  ].join("\n");
}
