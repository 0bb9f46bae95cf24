import { spawn } from "node:child_process";

/**
 * Runs a command and ends it when whoever started this process is gone, however that went: a process that is killed
 * tells nobody, but the pipe that it held is closed. Leads a process group, so that everything can be ended as one.
 */
const graceMs = 3_000;

const endGroup = (): void => {
  process.kill(-process.pid, "SIGKILL");
};

const [command = "", ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
let alone = false;

// The command gets the group's signals itself; this process goes when the command has gone.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

child.once("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
child.once("exit", (code) => {
  if (alone) endGroup();
  process.exit(code ?? 1);
});
process.stdin.once("close", () => {
  alone = true;
  child.kill("SIGTERM");
  setTimeout(endGroup, graceMs);
});
process.stdin.resume();
