import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { RunningSimulator } from "../../apps/simulator/server/start.ts";
import { buildAssets } from "../build.ts";
import { startCron } from "./cron.ts";
import { endLeftovers } from "./leftovers.ts";
import { migrateLocal } from "./migrate.ts";
import { readOptions } from "./options.ts";
import { startOutboundViewer } from "./outbound.ts";
import { portProblem } from "./ports.ts";
import { ensureSecrets } from "./secrets.ts";
import { startServer, waitUntilReady } from "./server.ts";
import type { DevServer } from "./server.ts";
import { lockState, stateTaken } from "./state-lock.ts";
import { summary } from "./summary.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const options = readOptions(root, process.argv.slice(2));
const say = (text: string): void => {
  if (!options.quiet) console.log(text);
};

/** The first signal, or the end of the process that started this one; repeats from a terminal change nothing. */
function untilAskedToStop(): Promise<void> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    setInterval(() => {
      if (process.ppid !== parent) resolve();
    }, 250).unref();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
}

type Demo = { signInUrl: string; outbound: string; simulator: string };

/** What the platform would run by the clock, from now on. */
function startClock({ url }: DevServer): () => void {
  if (options.cronSeconds === 0) return () => undefined;
  return startCron(url, options.cronSeconds * 1000, (trigger, error) => {
    console.error(`${trigger}: ${error instanceof Error ? error.message : String(error)}`);
  });
}

/** The telephones of the demo's customers; no part of what is deployed, and not read unless it is wanted. */
async function startSimulator(): Promise<RunningSimulator> {
  const simulator = await import("../../apps/simulator/server/start.ts");
  return simulator.startSimulator(options.port + 3, `http://localhost:${options.port}`);
}

/** The demo account, which also needs somewhere to send its callbacks. */
async function prepareDemo(server: DevServer, platformKey: string, simulator: RunningSimulator): Promise<Demo> {
  const { seedDemo } = await import("../seed.ts");
  const outbound = `http://localhost:${options.port + 2}/`;
  const { channels } = simulator;
  const { signInUrl } = await seedDemo({ baseUrl: server.url, platformKey, callbackBaseUrl: outbound, channels });
  return { signInUrl, outbound, simulator: simulator.url };
}

function announce(server: DevServer, demo: Demo | undefined): void {
  const { url, logFile } = server;
  say(
    summary({
      demo: `${url}/`,
      signIn: demo?.signInUrl,
      api: `${url}/v1`,
      docs: `${url}/docs`,
      outbound: demo?.outbound,
      simulator: demo?.simulator,
      // Where the runtime shows what was given to its mail service.
      mail: `${url}/cdn-cgi/local/explorer/email/sending`,
      log: logFile,
    }),
  );
  // One line for programs that start the server and wait for it.
  const { stateDir } = options;
  const others = { outboundUrl: demo?.outbound, simulatorUrl: demo?.simulator };
  console.log(`CHARLA_READY ${JSON.stringify({ url, stateDir, ...others })}`);
}

const LETS_GO_MS = 5_000;

/** A process of many threads keeps its ports for a moment after it has ended. */
async function lastingPortProblem(patienceMs: number): Promise<string | undefined> {
  for (const until = Date.now() + patienceMs; ; await delay(100)) {
    const problem = await portProblem(options.port, options.seed ? 4 : 2);
    if (problem === undefined || Date.now() >= until) return problem;
  }
}

async function run(): Promise<void> {
  const stopAsked = untilAskedToStop();
  const unlock = lockState(options.stateDir);
  // What is left of a start that was killed has ports as well as data.
  const left = unlock === undefined ? "working" : await endLeftovers(options.stateDir);
  const problem = await lastingPortProblem(left === "ended" ? LETS_GO_MS : 0);
  if (problem !== undefined) throw new Error(problem);
  if (unlock === undefined || left === "working") throw new Error(stateTaken(options.stateDir, options.port));

  say("Preparando… / Getting ready…");
  const secrets = ensureSecrets(root);
  buildAssets("pipe");
  await migrateLocal(root, options.stateDir);

  const outbound = options.seed ? await startOutboundViewer(options.port + 2) : undefined;
  const server = startServer(root, options);
  // Made while the Workers start; whoever awaits it sees how it ended.
  let stopClock: (() => void) | undefined;
  const starting = options.seed ? startSimulator() : undefined;
  starting?.catch(() => undefined);
  try {
    const stopped = stopAsked.then(() => "stopped" as const);
    const ready = waitUntilReady(server, 180_000).then(() => "ready" as const);
    if ((await Promise.race([ready, stopped])) === "stopped") return;

    const platformKey = secrets.get("PLATFORM_KEY") ?? "";
    const simulator = await starting;
    announce(server, simulator && (await prepareDemo(server, platformKey, simulator)));
    stopClock = startClock(server);
    await Promise.race([stopAsked, server.ended]);
    if (server.hasEnded()) throw new Error(`El servidor terminó solo / The server ended by itself (${server.logFile})`);
  } finally {
    stopClock?.();
    await (await starting?.catch(() => undefined))?.close();
    outbound?.close();
    outbound?.closeAllConnections();
    await server.stop();
    unlock();
  }
}

try {
  await run();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
