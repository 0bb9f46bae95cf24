import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A way to let the runtime write nothing more, and to let it write again. */
export type FullDisk = { name: string; fill: (runtime: number) => void; free: (runtime: number) => void };

/** A folder for a server's state whose disk can be filled without touching anybody else's. */
export class SmallDisk {
  readonly stateDir = mkdtempSync(join(tmpdir(), "charla-disk-"));
  readonly #mounted: boolean;
  /** The limit works everywhere; a file system of our own, which says ENOSPC as a real disk does, only where we may mount. */
  readonly ways: FullDisk[] = [limit];

  constructor(megabytes: number) {
    // Only the storage lies on it: the server's own log may not fail along.
    const storage = join(this.stateDir, "v3");
    mkdirSync(storage);
    this.#mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", storage]).status === 0;
    if (this.#mounted) this.ways.push(filled(join(storage, "filler")));
  }

  remove(): void {
    if (this.#mounted) execFileSync("umount", ["--lazy", join(this.stateDir, "v3")]);
    rmSync(this.stateDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

const filled = (filler: string): FullDisk => ({
  name: "the file system is full",
  fill: () => {
    const file = openSync(filler, "w");
    // Down to the last byte: less and less at a time.
    for (let size = 1 << 20; size >= 1;) {
      try {
        if (writeSync(file, Buffer.alloc(size)) < size) size >>= 1;
      } catch {
        size >>= 1;
      }
    }
    closeSync(file);
  },
  free: () => rmSync(filler),
});

/** One page: no commit of SQLite fits below it. */
const LIMIT_BYTES = 4096;
const setLimit = (pid: number, bytes: number | "unlimited"): void => {
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:unlimited`]);
};
const limit: FullDisk = {
  name: "no file may grow",
  fill: (runtime) => setLimit(runtime, LIMIT_BYTES),
  free: (runtime) => setLimit(runtime, "unlimited"),
};

/**
 * A process that writes beyond its limit is killed by a signal unless it ignores it. The development server resets the signals of what
 * it starts, so the runtime is started through a script that ignores this one first.
 */
export function runtimeThatSurvivesItsLimit(folder: string): string {
  const wrangler = createRequire(createRequire(import.meta.url).resolve("wrangler/package.json"));
  const miniflare = createRequire(wrangler.resolve("miniflare"));
  const { default: binary } = miniflare("workerd") as { default: string };
  const script = join(folder, "workerd.sh");
  writeFileSync(script, `#!/bin/sh\ntrap '' XFSZ\nexec "${binary}" "$@"\n`);
  chmodSync(script, 0o755);
  return script;
}
