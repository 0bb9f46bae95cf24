import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockState } from "./state-lock.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "charla-lock-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a folder has one holder at a time, and another once it was let go", () => {
  const release = lockState(join(folder, "state"));
  expect(lockState(join(folder, "state"))).toBeUndefined();
  release?.();
  lockState(join(folder, "state"))?.();
  expect(release).toBeDefined();
});

test("a holder that is killed leaves the folder free", async () => {
  const module = new URL("state-lock.ts", import.meta.url).href;
  const program = `const { lockState } = await import(${JSON.stringify(module)});
    console.log(lockState(${JSON.stringify(folder)}) ? "held" : "refused"); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await once(holder.stdout, "data");
  expect(String(said).trim()).toBe("held");
  expect(lockState(folder)).toBeUndefined();
  holder.kill("SIGKILL");
  await once(holder, "exit");
  const release = lockState(folder);
  expect(release).toBeDefined();
  release?.();
});
