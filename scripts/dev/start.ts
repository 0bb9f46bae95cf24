import { fileURLToPath } from "node:url";
import { buildAssets } from "../build.ts";
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

type Demo = { signInUrl: string; outbound: string };

/** The demo account, which also needs somewhere to send its callbacks. */
async function prepareDemo(server: DevServer, platformKey: string): Promise<Demo> {
  const { seedDemo } = await import("../seed.ts");
  const outbound = `http://localhost:${options.port + 2}/`;
  const { signInUrl } = await seedDemo({ baseUrl: server.url, platformKey, callbackBaseUrl: outbound });
  return { signInUrl, outbound };
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
      log: logFile,
    }),
  );
  // One line for programs that start the server and wait for it.
  console.log(`CHARLA_READY ${JSON.stringify({ url, stateDir: options.stateDir, outboundUrl: demo?.outbound })}`);
}

async function run(): Promise<void> {
  const stopAsked = untilAskedToStop();
  const problem = await portProblem(options.port, options.seed ? 3 : 2);
  if (problem !== undefined) throw new Error(problem);
  const unlock = lockState(options.stateDir);
  if (unlock === undefined) throw new Error(stateTaken(options.stateDir, options.port));

  say("Preparando… / Getting ready…");
  const secrets = ensureSecrets(root);
  buildAssets("pipe");
  await migrateLocal(root, options.stateDir);

  const outbound = options.seed ? await startOutboundViewer(options.port + 2) : undefined;
  const server = startServer(root, options);
  try {
    const stopped = stopAsked.then(() => "stopped" as const);
    const ready = waitUntilReady(server, 180_000).then(() => "ready" as const);
    if ((await Promise.race([ready, stopped])) === "stopped") return;

    const platformKey = secrets.get("PLATFORM_KEY") ?? "";
    announce(server, options.seed ? await prepareDemo(server, platformKey) : undefined);
    await Promise.race([stopAsked, server.ended]);
    if (server.hasEnded()) throw new Error(`El servidor terminó solo / The server ended by itself (${server.logFile})`);
  } finally {
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
