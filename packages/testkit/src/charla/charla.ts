import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { until } from "../poll.ts";
import { descendantsOf, isAlive, killTree, runtimeOf } from "./processes.ts";
import { SourceTree } from "./tree.ts";

export type CharlaOptions = {
  port: number;
  /** Kept when given, so that a later start finds the data again. */
  stateDir?: string;
  /** Sources to run; without it a copy of the repository as it is now. */
  tree?: SourceTree;
};

const ready = /^CHARLA_READY (\{.*\})$/m;

/** The real development server, started the way a person starts it, with the means to kill it. */
export class Charla {
  readonly tree: SourceTree;
  readonly stateDir: string;
  readonly #port: number;
  readonly #ownsState: boolean;
  readonly #ownsTree: boolean;
  #child: ChildProcess | undefined;
  #output = "";
  #url = "";
  #runtime = 0;
  /** A process is still listed for a moment after it was killed. */
  #killed = 0;
  /** When something was killed. */
  readonly killedAt: number[] = [];

  private constructor({ port, stateDir, tree }: CharlaOptions) {
    this.#port = port;
    this.#ownsState = stateDir === undefined;
    this.#ownsTree = tree === undefined;
    this.stateDir = stateDir ?? mkdtempSync(join(tmpdir(), "charla-state-"));
    this.tree = tree ?? new SourceTree();
  }

  static async start(options: CharlaOptions): Promise<Charla> {
    const charla = new Charla(options);
    try {
      await charla.#start();
    } catch (error) {
      await charla.stop();
      throw error;
    }
    return charla;
  }

  get url(): string {
    return this.#url;
  }

  get platformKey(): string {
    return /^PLATFORM_KEY="?([^"\n]+)"?$/m.exec(this.tree.read(".dev.vars"))?.[1] ?? "";
  }

  /** What the Workers wrote to their log. */
  log(): string {
    const file = join(this.stateDir, "dev.log");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /**
   * SIGKILL to the runtime of the Workers. Synchronous, and the victim is known beforehand: between the wish and the
   * signal no byte is read or written. The server starts a new one by itself.
   */
  killRuntime(): number {
    const pid = this.#runtime !== 0 && isAlive(this.#runtime) ? this.#runtime : (this.#find() ?? 0);
    if (pid === 0) return 0;
    process.kill(pid, "SIGKILL");
    this.killedAt.push(Date.now());
    this.#runtime = 0;
    this.#killed = pid;
    return pid;
  }

  /** The moment at which a runtime is there again. Looks at processes only: a request would wake what must wake by itself. */
  async runtimeIsBack(): Promise<{ pid: number; at: number }> {
    const pid = await until("the runtime is back", () => this.#find(), { deadlineMs: 30_000, everyMs: 10 });
    this.#runtime = pid;
    return { pid, at: Date.now() };
  }

  /** Stops and continues the runtime without its noticing, as a machine that hangs does. */
  freeze(): () => void {
    const pid = this.#find() ?? 0;
    process.kill(pid, "SIGSTOP");
    return () => process.kill(pid, "SIGCONT");
  }

  /** A runtime that dies before it serves takes the whole server along, so the next kill has to wait for this. */
  async isReady(): Promise<void> {
    await this.runtimeIsBack();
    let ready = false;
    let asked = 0;
    // A request that was on its way to the dead runtime may hang; asking anew must not wait for it.
    const ask = (): void => {
      asked = Date.now();
      void fetch(`${this.#url}/readyz`, { signal: AbortSignal.timeout(20_000) }).then(
        (response) => (ready ||= response.ok),
        () => undefined,
      );
    };
    await until(
      "the server is ready",
      () => {
        if (Date.now() - asked > 500) ask();
        return ready;
      },
      { deadlineMs: 60_000 },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.log().slice(-3_000)}`);
    });
  }

  /** All processes die at once; then the server is started again, if wanted from sources that differ. */
  async restart(change?: (tree: SourceTree) => void): Promise<{ at: number }> {
    await this.#killAll();
    change?.(this.tree);
    await this.#start();
    return { at: Date.now() };
  }

  /** Asks the server to end; what has not ended in time is killed, and nothing is left behind. */
  async stop(): Promise<void> {
    const child = this.#child;
    const pid = child?.pid;
    if (child !== undefined && pid !== undefined && isAlive(pid)) {
      const family = descendantsOf(pid).map((process) => process.pid);
      child.kill("SIGTERM");
      await until("the server has ended", () => ![pid, ...family].some(isAlive), { deadlineMs: 10_000 }).catch(() =>
        this.#killAll(),
      );
    }
    this.#child = undefined;
    if (this.#ownsState) rmSync(this.stateDir, { recursive: true, force: true, maxRetries: 5 });
    if (this.#ownsTree) this.tree.remove();
  }

  #find(): number | undefined {
    const pid = this.#child?.pid;
    const runtime = pid === undefined ? undefined : runtimeOf(pid, this.#port)?.pid;
    return runtime === this.#killed ? undefined : runtime;
  }

  async #killAll(): Promise<void> {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    const victims = killTree(pid);
    this.killedAt.push(Date.now());
    this.#child = undefined;
    await until("every process is gone", () => !victims.some(isAlive), { deadlineMs: 10_000 });
  }

  async #start(): Promise<void> {
    // Without the work of the clock, which would come to the help of whatever should recover by itself.
    const options = ["--quiet", "--no-seed", "--cron", "0"];
    const args = ["scripts/start.mjs", ...options, "--port", String(this.#port), "--state", this.stateDir];
    const child = spawn(process.execPath, args, { cwd: this.tree.root, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    this.#output = "";
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString("utf8")).slice(-20_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const line = await until(
      "the server says that it is ready, or ends",
      () => ready.exec(this.#output)?.[1] ?? (child.exitCode === null ? undefined : "ended"),
      { deadlineMs: 90_000 },
    ).catch(String);
    if (!line.startsWith("{"))
      throw new Error(`the server did not start: ${line}\n${this.#output}\n${this.log().slice(-3_000)}`);
    const { url } = JSON.parse(line) as { url: string };
    this.#url = url;
    await this.runtimeIsBack();
  }
}
