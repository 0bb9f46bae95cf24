import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { isAlive } from "@charla/testkit/charla/processes";
import type { SourceTree } from "@charla/testkit/charla/tree";
import { until } from "@charla/testkit/poll";

type Announced = { url: string; stateDir: string; outboundUrl: string; simulatorUrl: string };

const READY = /^CHARLA_READY (\{.*\})$/m;
const MARK = "CHARLA_TEST_FAMILY";

const plainPath = (): string =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .join(delimiter);

/** The machine's own Node, which is what a person's command begins with; the tests run under the pinned one. */
function machineNode(): string {
  const found = plainPath()
    .split(delimiter)
    .map((folder) => join(folder, "node"))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error("no node in the PATH beside the pinned one");
  return found;
}

/** The environment of a terminal: nothing in it of npm or of the test runner that this process runs under. */
function terminal(mark: string): NodeJS.ProcessEnv {
  const foreign = /^(npm_|NODE_|VITEST|TEST$|INIT_CWD$|PORT$)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), PATH: plainPath(), [MARK]: mark };
}

/** A command of the repository run from a copy of it, with every process that comes of it. */
export class Entry {
  readonly #child: ChildProcess;
  readonly #mark: string;
  readonly #startedAt = performance.now();
  readonly #end: Promise<number>;
  #output = "";

  private constructor(tree: SourceTree, command: string, args: string[]) {
    this.#mark = randomUUID();
    // A process group of its own, as a terminal gives to what it starts.
    const stdio = ["ignore", "pipe", "pipe"] as const;
    const child = spawn(command, args, {
      cwd: tree.root,
      stdio: [...stdio],
      detached: true,
      env: terminal(this.#mark),
    });
    this.#child = child;
    const keep = (chunk: Buffer): void => {
      this.#output += chunk.toString("utf8");
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    this.#end = new Promise((resolve) => child.once("exit", (code) => resolve(code ?? -1)));
  }

  static npmStart(tree: SourceTree, ...args: string[]): Entry {
    return new Entry(tree, "npm", ["start", "--", ...args]);
  }

  /** What `npm start` runs, without npm between the caller and it. */
  static script(tree: SourceTree, ...args: string[]): Entry {
    return new Entry(tree, machineNode(), ["scripts/start.mjs", ...args]);
  }

  get output(): string {
    return this.#output;
  }

  /** Resolves when everything is up, with how long it took. */
  async ready(): Promise<Announced & { ms: number }> {
    let ended = false;
    void this.#end.then(() => (ended = true));
    const line = await until("the start says that it is ready, or ends", () => READY.exec(this.#output)?.[1] ?? ended, {
      deadlineMs: 240_000,
    });
    if (typeof line !== "string") throw new Error(`the start ended:\n${this.#output}`);
    return { ...(JSON.parse(line) as Announced), ms: performance.now() - this.#startedAt };
  }

  /** What the table says beside a label. */
  told(label: string): string {
    const line = this.#output.split("\n").find((candidate) => candidate.trimStart().startsWith(label));
    return /\S+$/.exec(line ?? "")?.[0] ?? "";
  }

  said(text: string): Promise<true> {
    return until(`the start says ${text}`, () => this.#output.includes(text), { deadlineMs: 60_000 });
  }

  /** The exit code, or -1 for an end by signal. */
  ended(): Promise<number> {
    return this.#end;
  }

  /** What Ctrl-C does. */
  signalGroup(signal: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
  }

  /** What a supervisor does. */
  signalAlone(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Everything that came of the command and still lives, orphans included: the mark is inherited. */
  family(): number[] {
    const marked = `${MARK}=${this.#mark}`;
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => environmentOf(pid).includes(marked) && isAlive(pid));
  }

  /** SIGKILL to what of the family is meant, in one go; nobody is asked to finish anything. */
  killOnly(isMeant: (command: string) => boolean): number[] {
    const meant = this.family().filter((pid) => isMeant(commandOf(pid)));
    for (const pid of meant) process.kill(pid, "SIGKILL");
    return meant;
  }

  async leavesNothing(): Promise<void> {
    await until("no process is left", () => this.family().length === 0, { deadlineMs: 30_000 }).catch((error) => {
      const left = this.family().map(commandOf);
      throw new Error(`${String(error)}\n${left.join("\n")}`);
    });
  }

  /** For the end of a test that failed. */
  async kill(): Promise<void> {
    for (const pid of this.family()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Ended meanwhile.
      }
    }
    await this.leavesNothing();
  }
}

const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    // Ended between the listing and the reading.
    return "";
  }
}
