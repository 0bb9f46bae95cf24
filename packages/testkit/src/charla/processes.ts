import { readdirSync, readFileSync } from "node:fs";

export type Process = { pid: number; parent: number; command: string };

function readProcess(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may hold anything; the parent is the second field after them.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return { pid, parent: Number(fields[1]), command };
  } catch {
    // Ended between the listing and the reading.
    return undefined;
  }
}

export function descendantsOf(root: number): Process[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
  const found: Process[] = [];
  const parents = new Set([root]);
  for (let grown = true; grown;) {
    grown = false;
    for (const process of all) {
      if (!parents.has(process.parent) || parents.has(process.pid)) continue;
      parents.add(process.pid);
      found.push(process);
      grown = true;
    }
  }
  return found;
}

const ENTRY = /--socket-addr=entry=\S+:(\d+)/;

/** `wrangler dev` runs two: a proxy on the port that was asked for, and the runtime of the Workers on one of its choice. */
export function runtimeOf(root: number, proxyPort: number): Process | undefined {
  return descendantsOf(root).find(({ command }) => {
    const entry = ENTRY.exec(command)?.[1];
    return entry !== undefined && Number(entry) !== proxyPort;
  });
}

export function isAlive(pid: number): boolean {
  return readProcess(pid) !== undefined;
}

/** The whole tree at once, the way a machine loses power: nobody is asked to finish anything. */
export function killTree(root: number): number[] {
  const pids = [root, ...descendantsOf(root).map(({ pid }) => pid)];
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Ended by itself after its parent.
    }
  }
  return pids;
}
