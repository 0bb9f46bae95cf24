import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { closeConnections } from "./load/post.ts";
import { Sink } from "./load/sink.ts";
import type { Subject } from "./load/subject.ts";
import type { ModelStats } from "./model/main.ts";
import { bareSubject, charlaSubject } from "./subjects.ts";

const modelFile = fileURLToPath(new URL("model/main.ts", import.meta.url));

/** Everything a measurement needs: both subjects, and outside them the model server and the integrator. */
export class Stage {
  readonly bare: Subject;
  readonly charla: Subject;
  readonly sink: Sink;
  readonly inspectorPort: number;
  readonly #model: ChildProcess;

  private constructor(parts: {
    bare: Subject;
    charla: Subject;
    sink: Sink;
    inspectorPort: number;
    model: ChildProcess;
  }) {
    this.inspectorPort = parts.inspectorPort;
    this.bare = parts.bare;
    this.charla = parts.charla;
    this.sink = parts.sink;
    this.#model = parts.model;
  }

  static async open(port: number, profile = false): Promise<Stage> {
    const stateDir = mkdtempSync(join(tmpdir(), "charla-bench-"));
    process.once("exit", () => rmSync(stateDir, { recursive: true, force: true }));
    const sink = await Sink.listen(port + 1);
    const model = fork(modelFile);
    const listening = once(model, "message");
    model.send({ listen: port });
    await listening;
    const around = { stateDir, modelUrl: `http://127.0.0.1:${port}`, sinkUrl: `http://127.0.0.1:${port + 1}/callback` };
    const inspectorPort = port + 4;
    const inspect = profile ? { inspectorPort } : {};
    const bare = await bareSubject({ ...around, ...inspect, port: port + 2 });
    const charla = await charlaSubject({ ...around, ...inspect, port: port + 3 });
    return new Stage({ bare, charla, sink, inspectorPort, model });
  }

  /** Who goes first changes with every repeat, so that neither always inherits the other's heat. */
  order(repeat: number): Subject[] {
    return repeat % 2 === 0 ? [this.bare, this.charla] : [this.charla, this.bare];
  }

  /** What went wrong on the way, as the ends saw it. */
  async errors(): Promise<string[]> {
    const answer = once(this.#model, "message");
    this.#model.send({ stats: true });
    const [{ stats }] = (await answer) as [{ stats: ModelStats }];
    return [...stats.problems, ...this.sink.errors];
  }

  async close(): Promise<void> {
    await Promise.all([this.bare.stop(), this.charla.stop()]);
    this.#model.disconnect();
    this.sink.close();
    closeConnections();
  }
}
