import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { signalGroup } from "./process-group.ts";

const record = (stateDir: string): string => join(stateDir, "server-group");

/** What works on the data of a folder, so that the next start finds it whatever became of this one. */
export const rememberServer = (stateDir: string, group: number): void => writeFileSync(record(stateDir), String(group));

export const forgetServer = (stateDir: string): void => rmSync(record(stateDir), { force: true });

function remembered(stateDir: string): number | undefined {
  try {
    const group = Number(readFileSync(record(stateDir), "utf8"));
    return Number.isInteger(group) && group > 1 ? group : undefined;
  } catch {
    return undefined;
  }
}

/** The number may belong to anybody by now; only what a server consists of is one. Who has ended but is not yet buried is none. */
function isServer(group: number): boolean {
  if (!signalGroup(group, 0)) return false;
  const listed = execFileSync("ps", ["-A", "-o", "pgid=,stat=,args="], { encoding: "utf8" });
  return listed.split("\n").some((line) => {
    const [, id, state = "", command = ""] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return Number(id) === group && !state.startsWith("Z") && /wrangler|workerd/.test(command);
  });
}

async function isGone(group: number, patienceMs: number): Promise<boolean> {
  for (const until = Date.now() + patienceMs; isServer(group); await delay(100)) if (Date.now() > until) return false;
  return true;
}

export type Leftovers = "none" | "ended" | "working";

/**
 * The server of a start that was killed ends by itself within seconds; what does not is ended here. While something still
 * works on the data, nobody else may open it.
 */
export async function endLeftovers(stateDir: string, patienceMs = 5_000): Promise<Leftovers> {
  const group = remembered(stateDir);
  if (group === undefined) return "none";
  if (!(await isGone(group, patienceMs))) {
    signalGroup(group, "SIGKILL");
    if (!(await isGone(group, patienceMs))) return "working";
  }
  forgetServer(stateDir);
  return "ended";
}
