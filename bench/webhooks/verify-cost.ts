import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "@charla/testkit/poll";
import { bundleWorker, endBundling } from "../bundle.ts";
import { workerdPath } from "../charla/runtime.ts";
import { cpuSeconds } from "../measure/cost.ts";
import type { Batch } from "./verify-worker.ts";

export type VerifyCost = { recording: string; perMessageMs: number; messages: number };

type Recorded = {
  name: string;
  method?: string;
  url?: string;
  headers: Record<string, string>;
  body: unknown;
  at?: number;
  verdict?: number;
};
type RecordedAccount = { now: number; config: unknown; secrets: unknown };

const fixtures = fileURLToPath(new URL("../../packages/channels/fixtures/", import.meta.url));
const read = (path: string): unknown => JSON.parse(readFileSync(join(fixtures, path), "utf8"));

const config = (port: number): string => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "main", worker = (
    modules = [ (name = "worker.js", esModule = embed "worker.js") ],
    compatibilityDate = "2026-11-01")) ],
  sockets = [ (name = "http", address = "127.0.0.1:${port}", http = (), service = "main") ]
);
`;

/** A channel of several vendors has a folder for each. */
function recordings(): string[] {
  return readdirSync(fixtures).flatMap((kind) =>
    existsSync(join(fixtures, kind, "account.json"))
      ? [kind]
      : readdirSync(join(fixtures, kind))
          .filter((vendor) => existsSync(join(fixtures, kind, vendor, "account.json")))
          .map((vendor) => `${kind}/${vendor}`),
  );
}

/** Every recorded webhook that is to be taken. */
function batchOf(recording: string, rounds: number): Batch {
  const account = read(`${recording}/account.json`) as RecordedAccount;
  const names = readdirSync(join(fixtures, recording)).filter(
    (name) => name.endsWith(".json") && name !== "account.json",
  );
  const requests = names
    .flatMap((name) => read(`${recording}/${name}`) as Recorded | Recorded[])
    .filter(({ verdict, method }) => verdict === undefined && method !== "GET")
    .map(({ url, headers, body, at }) => ({
      url: url ?? "",
      headers,
      now: at ?? account.now,
      body: typeof body === "string" ? body : JSON.stringify(body ?? ""),
    }));
  const [kind = ""] = recording.split("/", 1);
  return { kind, config: account.config, secrets: account.secrets, requests, rounds };
}

/** CPU of checking the signature, parsing and normalising in the runtime, as its process counts it. */
export async function verifyCosts(port: number, messages: number): Promise<VerifyCost[]> {
  const folder = mkdtempSync(join(tmpdir(), "charla-verify-"));
  const child = await start(folder, port);
  try {
    const costs: VerifyCost[] = [];
    for (const recording of recordings()) {
      const once = batchOf(recording, 1);
      if (once.requests.length === 0) continue;
      const perRound = await run(port, once);
      if (perRound === 0) continue;
      const rounds = Math.ceil(messages / perRound);
      const before = cpuSeconds(child.pid ?? 0);
      const events = await run(port, { ...once, rounds });
      costs.push({
        recording,
        perMessageMs: ((cpuSeconds(child.pid ?? 0) - before) * 1_000) / events,
        messages: perRound,
      });
    }
    return costs;
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(port: number, batch: Batch): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: JSON.stringify(batch) });
  if (!response.ok) throw new Error(`${batch.kind}: ${await response.text()}`);
  return Number(await response.text());
}

async function start(folder: string, port: number): Promise<ChildProcess> {
  writeFileSync(join(folder, "worker.js"), await bundleWorker("bench/webhooks/verify-worker.ts", { readable: false }));
  await endBundling();
  writeFileSync(join(folder, "verify.capnp"), config(port));
  const child = spawn(workerdPath(), ["serve", join(folder, "verify.capnp")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the runtime ended while it started (${String(code)})`);
  });
  const ready = until("the runtime answers", async () => (await fetch(`http://127.0.0.1:${port}/`)).ok, {
    everyMs: 20,
  });
  await Promise.race([ready, ended]);
  return child;
}
