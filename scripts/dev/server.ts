import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { forgetServer, rememberServer } from "./leftovers.ts";
import { writeLocalConfigs } from "./local-configs.ts";
import type { DevOptions } from "./options.ts";
import { signalGroup } from "./process-group.ts";

export type DevServer = {
  url: string;
  logFile: string;
  /** Resolves when the server has ended, asked to or not. */
  ended: Promise<void>;
  hasEnded: () => boolean;
  stop: () => Promise<void>;
};

const listening = (port: number): string[] => ["--port", String(port), "--inspector-port", String(port + 1)];

const guard = fileURLToPath(new URL("guard.ts", import.meta.url));

/** Every Worker and emulator under one `wrangler dev`, as a process group of its own so that it can end as one. */
export function startServer(root: string, { port, stateDir, verbose }: DevOptions): DevServer {
  mkdirSync(stateDir, { recursive: true });
  const url = `http://localhost:${port}`;
  const logFile = join(stateDir, "dev.log");
  const log = openSync(logFile, "w");
  const configs = writeLocalConfigs(root, stateDir, url).flatMap((file) => ["-c", file]);
  const command = ["wrangler", "dev", ...configs, ...listening(port), "--persist-to", stateDir];
  const child = spawn(process.execPath, [guard, ...command], {
    cwd: root,
    detached: true,
    // The pipe is what the guard watches; nothing is ever said over it.
    stdio: ["pipe", verbose ? "inherit" : log, verbose ? "inherit" : log],
    env: {
      ...process.env,
      CI: "1",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_SEND_METRICS: "false",
      // Two servers on one machine would otherwise find each other's Workers by name.
      WRANGLER_REGISTRY_PATH: join(stateDir, "registry"),
    },
  });
  closeSync(log);
  const group = child.pid;
  const signal = (name: NodeJS.Signals): void => {
    if (group !== undefined) signalGroup(group, name);
  };
  if (group !== undefined) rememberServer(stateDir, group);

  let over = false;
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  }).then(() => {
    over = true;
    signal("SIGKILL");
  });

  const stop = async (): Promise<void> => {
    signal("SIGTERM");
    const patience = new AbortController();
    await Promise.race([ended, delay(5_000, undefined, { signal: patience.signal })]);
    patience.abort();
    signal("SIGKILL");
    await ended;
    forgetServer(stateDir);
  };

  return { url, logFile, ended, hasEnded: () => over, stop };
}

const answers = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
};

export async function waitUntilReady(server: DevServer, deadlineMs: number): Promise<void> {
  const until = Date.now() + deadlineMs;
  while (!(await answers(`${server.url}/readyz`))) {
    if (server.hasEnded() || Date.now() > until) {
      const tail = readFileSync(server.logFile, "utf8").split("\n").slice(-40).join("\n");
      throw new Error(`El servidor no arrancó / The server did not start (${server.logFile}):\n${tail}`);
    }
    await delay(100);
  }
}
