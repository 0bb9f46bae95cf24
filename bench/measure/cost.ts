import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { descendantsOf } from "@charla/testkit/charla/processes";

/** Clock ticks per second, which Linux has fixed at 100 for programs. */
const TICKS = 100;

const tree = (root: number): number[] => [root, ...descendantsOf(root).map(({ pid }) => pid)];

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process ended between the listing and the reading.
    return "";
  }
}

/** CPU seconds that a process and everything it started have used, in their own code and in the kernel's. */
export function cpuSeconds(root: number): number {
  let ticks = 0;
  for (const pid of tree(root)) {
    const stat = read(`/proc/${pid}/stat`);
    // The name stands in brackets and may hold anything; user and system time are the 12th and 13th fields after them.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return ticks / TICKS;
}

export function runtimePid(root: number): number {
  const found = tree(root).find((pid) => read(`/proc/${pid}/cmdline`).split("\0")[0]?.endsWith("workerd"));
  if (found === undefined) throw new Error(`no runtime below process ${root}`);
  return found;
}

export function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/** Bytes that were handed to the disk, not only to the page cache. */
export function writtenBytes(pid: number): number {
  return Number(/^write_bytes: (\d+)$/m.exec(read(`/proc/${pid}/io`))?.[1] ?? 0);
}

/** Databases of objects that are in memory; the folder's own (of alarms) is always open. */
export function openObjects(pid: number, folder: string): number {
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    const path = linkOf(`/proc/${pid}/fd/${fd}`);
    return path.startsWith(folder) && path.endsWith(".sqlite") && !path.endsWith("/metadata.sqlite");
  }).length;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed between the listing and the reading.
    return "";
  }
}

/** What a folder takes on the disk, in whole blocks. */
export function diskBytes(path: string): number {
  if (!existsSync(path)) return 0;
  const found = lstatSync(path);
  const own = found.blocks * 512;
  return found.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + diskBytes(join(path, name)), own) : own;
}
