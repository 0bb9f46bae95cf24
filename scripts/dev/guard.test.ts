import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test, vi } from "vitest";
import { signalGroup } from "./process-group.ts";

const guard = new URL("guard.ts", import.meta.url).pathname;

/** A program that starts a guarded command and says which group it is. */
async function startGuarded(command: string): Promise<{ kill: () => void; group: number }> {
  const program = `const { spawn } = await import("node:child_process");
    const child = spawn(process.execPath, [${JSON.stringify(guard)}, "sh", "-c", ${JSON.stringify(command)}],
      { detached: true, stdio: ["pipe", "pipe", "inherit"] });
    child.stdout.once("data", () => console.log(child.pid));`;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await once(owner.stdout, "data");
  return { kill: () => owner.kill("SIGKILL"), group: Number(String(said)) };
}

test.each([
  ["a command that ends when it is asked to", "echo up; exec sleep 600"],
  ["a command that does not listen, and what it started", "trap '' TERM; sleep 600 & echo up; while :; do wait; done"],
])(
  "%s goes with whoever started it",
  async (_, command) => {
    const { kill, group } = await startGuarded(command);
    expect(signalGroup(group, 0)).toBe(true);
    kill();
    await vi.waitFor(() => expect(signalGroup(group, 0)).toBe(false), { timeout: 20_000, interval: 50 });
  },
  30_000,
);
