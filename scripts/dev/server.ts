import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { writeLocalConfigs } from "./local-configs.ts";
import type { DevOptions } from "./options.ts";

export type DevServer = {
  url: string;
  logFile: string;
  /** Resolves when the server has ended, asked to or not. */
  ended: Promise<void>;
  hasEnded: () => boolean;
  stop: () => Promise<void>;
};

const listening = (port: number): string[] => ["--port", String(port), "--inspector-port", String(port + 1)];

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // The group is gone already, which is what the signal was for.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Every Worker and emulator under one `wrangler dev`, as a process group of its own so that it can end as one. */
export function startServer(root: string, { port, stateDir, verbose }: DevOptions): DevServer {
  mkdirSync(stateDir, { recursive: true });
  const url = `http://localhost:${port}`;
  const logFile = join(stateDir, "dev.log");
  const log = openSync(logFile, "w");
  const configs = writeLocalConfigs(root, stateDir, url).flatMap((file) => ["-c", file]);
  const child = spawn("wrangler", ["dev", ...configs, ...listening(port), "--persist-to", stateDir], {
    cwd: root,
    detached: true,
    stdio: ["ignore", verbose ? "inherit" : log, verbose ? "inherit" : log],
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

  let over = false;
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  }).then(() => {
    over = true;
    signalGroup(child, "SIGKILL");
  });

  const stop = async (): Promise<void> => {
    signalGroup(child, "SIGTERM");
    const patience = new AbortController();
    await Promise.race([ended, delay(5_000, undefined, { signal: patience.signal })]);
    patience.abort();
    signalGroup(child, "SIGKILL");
    await ended;
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
