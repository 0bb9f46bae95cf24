import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleWorker } from "../bundle.ts";
import { workerdPath } from "../charla/runtime.ts";

export type BareWish = { port: number; stateDir: string; modelUrl: string; sinkUrl: string; readable: boolean };

const config = ({ port, modelUrl, sinkUrl }: BareWish): string => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .bare),
    (name = "disk", disk = (path = "objects", writable = true)),
    (name = "net", network = (allow = ["public", "private", "local"]))
  ],
  sockets = [ (name = "http", address = "127.0.0.1:${port}", http = (), service = "main") ]
);
const bare :Workerd.Worker = (
  modules = [ (name = "worker.js", esModule = embed "worker.js") ],
  compatibilityDate = "2026-11-01",
  globalOutbound = "net",
  bindings = [
    (name = "MODEL", text = "${modelUrl}"),
    (name = "SINK", text = "${sinkUrl}"),
    (name = "CONVERSATION", durableObjectNamespace = "Conversation")
  ],
  durableObjectNamespaces = [ (className = "Conversation", uniqueKey = "bare-conversation", enableSql = true) ],
  durableObjectStorage = (localDisk = "disk")
);
`;

export async function startBare(wish: BareWish): Promise<ChildProcess> {
  mkdirSync(join(wish.stateDir, "objects"), { recursive: true });
  writeFileSync(join(wish.stateDir, "worker.js"), await bundleWorker("bench/bare/worker.ts", wish));
  const file = join(wish.stateDir, "bare.capnp");
  writeFileSync(file, config(wish));
  return spawn(workerdPath(), ["serve", file], { cwd: wish.stateDir, stdio: ["ignore", "ignore", "inherit"] });
}
