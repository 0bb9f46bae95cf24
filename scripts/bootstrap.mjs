// Plain JavaScript: this runs under whatever Node (18 or later) the machine has, before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../", import.meta.url));
const bin = join(root, "node_modules", ".bin");

const lockedPackages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;

/** npm leaves its own record of what it installed; it says whether the lock file has changed since. */
function isInstalled() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record) || !existsSync(join(bin, "node"))) return false;
  const installed = lockedPackages(record);
  return Object.entries(lockedPackages(join(root, "package-lock.json"))).every(([path, wanted]) => {
    if (!path.startsWith("node_modules/")) return true;
    const present = installed[path];
    return present === undefined
      ? wanted.optional === true || wanted.peer === true
      : present.version === wanted.version;
  });
}

export function install() {
  if (isInstalled()) return;
  console.log("Instalando dependencias… / Installing dependencies…");
  // Errors only: npm warns about every package that asks for a newer Node than the one that installs it.
  const options = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm, ...options]] : ["npm", options];
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    console.error("No se pudieron instalar las dependencias. / The dependencies could not be installed.");
    process.exit(status ?? 1);
  }
}

function whenParentEnds(act) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, 250);
  timer.unref();
}

/** Continues under the pinned Node, with the project's tools first in the path. */
export function runPinned(args) {
  const child = spawn(join(bin, "node"), args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` },
  });
  // A terminal signals the whole group, a supervisor only this process; the child treats a second signal as the first.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // npm signals the shell that it runs a script in, and that shell dies without passing the signal on.
  if (process.env.npm_lifecycle_event !== undefined) whenParentEnds(() => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGKILL" ? 137 : 1);
  });
}
