import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "@charla/testkit/poll";
import { startBare } from "./bare/server.ts";
import { furnish } from "./charla/furnish.ts";
import type { ServerWish } from "./charla/main.ts";
import { signer } from "./charla/sign.ts";
import { post } from "./load/post.ts";
import type { Subject } from "./load/subject.ts";
import type { Mark } from "./model/marks.ts";

export type Surroundings = {
  stateDir: string;
  port: number;
  modelUrl: string;
  sinkUrl: string;
  inspectorPort?: number;
};

const serverFile = fileURLToPath(new URL("charla/main.ts", import.meta.url));
/** The watchdog's wake comes five seconds after the last message, and what it does is part of the turn's price. */
const CHARLA_REST_MS = 5_600;
const BARE_REST_MS = 300;

const answers = async (url: string): Promise<boolean> => (await fetch(url)).ok;

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

/** A port that is taken ends the server, and whoever has it must not be measured instead. */
async function unlessEnded<T>(child: ChildProcess, ready: Promise<T>): Promise<T> {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`a server ended while it started (${String(code)})`);
  });
  return await Promise.race([ready, ended]);
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error("the server did not start");
  return child.pid;
}

async function postOk(url: string, headers: Record<string, string>, body: string): Promise<void> {
  const status = await post(url, headers, body);
  if (status < 200 || status > 299) throw new Error(`${url} answered ${status}`);
}

export type BareServer = { base: string; pid: number; startMs: number; store: string; stop: () => Promise<void> };
export type CharlaServer = BareServer & { platformKey: string };

export async function startBareServer({
  stateDir,
  port,
  modelUrl,
  sinkUrl,
  inspectorPort,
}: Surroundings): Promise<BareServer> {
  const store = join(stateDir, "bare");
  const since = performance.now();
  const child = await startBare({ port, stateDir: store, modelUrl, sinkUrl, readable: inspectorPort !== undefined });
  // It does not notice when its parent is gone; the other server does.
  process.once("exit", () => child.kill("SIGKILL"));
  const base = `http://127.0.0.1:${port}`;
  await unlessEnded(
    child,
    until("the bare server answers", () => answers(`${base}/healthz`), { everyMs: 5 }),
  );
  return { base, pid: pidOf(child), startMs: performance.now() - since, store, stop: () => stop(child) };
}

export async function bareSubject(around: Surroundings): Promise<Subject> {
  const { base, store, ...server } = await startBareServer(around);
  const to =
    (path: string) =>
    ({ conversation }: Mark, text: string): Promise<void> =>
      postOk(`${base}/${path}`, {}, JSON.stringify({ conversation, text }));
  return {
    ...server,
    name: "bare",
    objects: join(store, "objects"),
    store: join(store, "objects"),
    restMs: BARE_REST_MS,
    send: to("turn"),
    accept: to("accept"),
  };
}

export async function startCharlaServer(around: Surroundings): Promise<CharlaServer> {
  const store = join(around.stateDir, "charla");
  const secrets = {
    KEK: `v1:${randomBytes(32).toString("base64")}`,
    SESSION_SECRET: randomBytes(32).toString("base64"),
    PLATFORM_KEY: `pk_${randomBytes(24).toString("base64url")}`,
  };
  const since = performance.now();
  const child = fork(serverFile, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    // wrangler, asked only for its reading of the configuration, would warn of secrets that are given further below.
    env: { ...process.env, ...secrets, CI: "1", CLOUDFLARE_CF_FETCH_ENABLED: "false", WRANGLER_SEND_METRICS: "false" },
  });
  const wish: ServerWish = {
    port: around.port,
    stateDir: store,
    secrets,
    ...(around.inspectorPort === undefined ? {} : { inspectorPort: around.inspectorPort }),
  };
  child.send(wish);
  await unlessEnded(child, once(child, "message"));
  const base = `http://127.0.0.1:${around.port}`;
  await until("the gateway is ready", () => answers(`${base}/readyz`), { deadlineMs: 60_000, everyMs: 5 });
  const startMs = performance.now() - since;
  const platformKey = secrets.PLATFORM_KEY;
  return { base, pid: pidOf(child), startMs, store, platformKey, stop: () => stop(child) };
}

export async function charlaSubject(around: Surroundings): Promise<Subject> {
  const { base, platformKey, store, ...server } = await startCharlaServer(around);
  const account = await furnish(base, platformKey, around);
  const sign = signer(account.secret);
  return {
    ...server,
    name: "charla",
    store,
    objects: join(store, "do", "charla-agent-Conversation"),
    restMs: CHARLA_REST_MS,
    send: ({ conversation, n }, text) => {
      const id = `${conversation}-${n}`;
      const contact = { id: `person-${conversation}`, name: "Persona", locale: "es" };
      const body = JSON.stringify({ type: "message", id, conversation, contact, text, timestamp: Date.now() });
      return postOk(account.webhookUrl, sign(id, body), body);
    },
  };
}
