/** The servers of Charla in a process of their own, so that everything in its tree counts and nothing else does. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { migrateControlDb } from "@charla/db/migrate";
import { unstable_getMiniflareWorkerOptions as workerOptionsOf } from "wrangler";
import { emulators, workers } from "../../scripts/config/render.ts";
import { resourcesFor } from "../../scripts/config/resources.ts";
import type { WorkerConfig } from "../../scripts/config/worker-config.ts";
import { bundleWorker, endBundling } from "../bundle.ts";
import { connectDirectly } from "./direct-network.ts";
import { loadMiniflare, workerdPath } from "./runtime.ts";

export type ServerWish = {
  port: number;
  stateDir: string;
  secrets: Record<string, string>;
  inspectorPort?: number;
};

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * The bundle is one finished module, for which rules about module types are refused. With assets, Miniflare puts two
 * Workers of its own before the gateway, which on the platform are no Workers; no webhook asks for a file.
 */
const LEFT_OUT = new Set(["modulesRules", "assets"]);

function variables(worker: WorkerConfig, wish: ServerWish): Record<string, string> {
  const vars = Object.entries(worker.bindings("development", resourcesFor("development")).vars ?? {});
  return {
    ...Object.fromEntries(vars.filter((entry) => typeof entry[1] === "string")),
    ...Object.fromEntries(worker.secrets.map((name) => [name, wish.secrets[name] ?? ""])),
  };
}

async function describe(worker: WorkerConfig, wish: ServerWish): Promise<Record<string, unknown>> {
  const { workerOptions } = workerOptionsOf(join(root, worker.file));
  const options = Object.fromEntries(Object.entries(workerOptions).filter(([key]) => !LEFT_OUT.has(key)));
  const readable = wish.inspectorPort !== undefined;
  return {
    ...options,
    name: worker.name,
    modules: true,
    script: await bundleWorker(worker.file.replace(/wrangler\.toml$/, worker.main), { readable }),
    bindings: variables(worker, wish),
    // The gateway listens itself: neither the development proxy nor Miniflare's own entry stands before it.
    ...(worker.name === "charla-gateway"
      ? { unsafeDirectSockets: [{ host: "127.0.0.1", port: wish.port, entrypoint: "default" }] }
      : {}),
  };
}

/** The runtime writes its log lines to a file itself; Miniflare would read and parse every one of them. */
function logToFile(stateDir: string): void {
  const launcher = join(stateDir, "workerd.sh");
  const log = join(stateDir, "workers.log");
  writeFileSync(launcher, `#!/bin/sh\nexec '${workerdPath()}' "$@" >>'${log}' 2>&1\n`, { mode: 0o755 });
  process.env["MINIFLARE_WORKERD_PATH"] = launcher;
}

async function serve(wish: ServerWish): Promise<void> {
  mkdirSync(wish.stateDir, { recursive: true });
  mkdirSync(join(root, "dist/assets"), { recursive: true });
  logToFile(wish.stateDir);
  const { Miniflare, convertV4MiniflareOptions } = await loadMiniflare();
  const descriptions = await Promise.all([...workers, ...emulators].map((worker) => describe(worker, wish)));
  await endBundling();
  const options = convertV4MiniflareOptions({
    workers: descriptions,
    resourcePersistencePath: wish.stateDir,
    cf: false,
    logRequests: false,
    ...(wish.inspectorPort === undefined ? {} : { inspectorPort: wish.inspectorPort }),
  });
  const network = connectDirectly(join(wish.stateDir, "config.json"));
  const server = new Miniflare(options);
  await server.ready;
  if (network.connected() === 0) throw new Error("Miniflare did not let our Workers reach the network directly");
  await migrateControlDb(await server.getD1Database("CONTROL_DB", "charla-gateway"));
  process.send?.({ ready: true });
  const end = (): void => {
    void server.dispose().finally(() => process.exit(0));
  };
  process.once("SIGTERM", end);
  process.once("disconnect", end);
}

process.once("message", (wish: ServerWish) => void serve(wish));
