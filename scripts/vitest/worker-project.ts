import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { buildSync } from "esbuild";
import { defineProject } from "vitest/config";
import { unstable_getMiniflareWorkerOptions as workerOptionsOf } from "wrangler";
import { emulators, workers } from "../config/render.ts";
import { resourcesFor } from "../config/resources.ts";
import type { WorkerConfig } from "../config/worker-config.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

type PoolOptions = Exclude<Parameters<typeof cloudflareTest>[0], (...input: never[]) => unknown>;
type TestOptions = NonNullable<PoolOptions["miniflare"]>;
type Neighbour = NonNullable<TestOptions["workers"]>[number];
type TestBindings = NonNullable<TestOptions["bindings"]>;

export type NeighbourName = "router" | "agent" | "tools" | "emulator-ai" | "emulator-vectorize";

function workerNamed(name: string): WorkerConfig {
  const worker = [...workers, ...emulators].find((candidate) => candidate.name === `charla-${name}`);
  if (worker === undefined) throw new Error(`There is no Worker called ${name}`);
  return worker;
}

function bundle(worker: WorkerConfig): string {
  const folder = worker.file.replace(/wrangler\.toml$/, "");
  const result = buildSync({
    entryPoints: [`${root}${folder}${worker.main}`],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "error",
  });
  return result.outputFiles.map((file) => file.text).join("\n");
}

function developmentVars(worker: WorkerConfig): TestBindings {
  const vars = Object.entries(worker.bindings("development", resourcesFor("development")).vars ?? {});
  return Object.fromEntries(vars.filter((entry) => typeof entry[1] === "string"));
}

/** Another real Worker of ours beside the one under test, bound as its own configuration says. */
function neighbour(name: NeighbourName, bindings: TestBindings): Neighbour {
  const worker = workerNamed(name);
  const { workerOptions } = workerOptionsOf(`${root}${worker.file}`);
  // The bundle is one finished module, for which rules about module types are refused.
  const options = Object.fromEntries(Object.entries(workerOptions).filter(([key]) => key !== "modulesRules"));
  return {
    ...options,
    name: worker.name,
    modules: true,
    script: bundle(worker),
    bindings: { ...developmentVars(worker), ...bindings },
  };
}

export type WorkerProject = {
  name: "gateway" | "router" | "agent" | "tools";
  /** Plain values for the Worker under test and its neighbours, beside those of the secrets. */
  bindings?: TestBindings;
  neighbours?: readonly NeighbourName[];
  setupFiles?: string[];
};

/** Values for every required secret, so that a project only names what it wants to differ. */
const testSecrets = {
  KEK: `v1:${Buffer.alloc(32, 1).toString("base64")}`,
  SESSION_SECRET: Buffer.alloc(32, 2).toString("base64"),
  PLATFORM_KEY: "platform-key-for-tests",
};

/** A vitest project that runs one Worker's tests inside workerd, from its generated configuration. */
export function workerProject({ name, bindings = {}, neighbours = [], setupFiles = [] }: WorkerProject) {
  // The gateway's configuration names this folder, and a missing one is an error even when nothing is served from it.
  mkdirSync(`${root}dist/assets`, { recursive: true });
  const values = { ...testSecrets, ...bindings };
  return defineProject({
    plugins: [
      cloudflareTest(() => ({
        remoteBindings: false,
        wrangler: { configPath: `${root}${workerNamed(name).file}` },
        miniflare: { bindings: values, workers: neighbours.map((other) => neighbour(other, values)) },
      })),
    ],
    test: {
      name: `workers-${name}`,
      root: `${root}workers/${name}`,
      include: ["test/**/*.test.ts"],
      setupFiles,
      testTimeout: 20_000,
    },
  });
}
