import { CharlaHarness } from "@charla/testkit/charla/harness";
import {
  type AgentWish,
  furnishAgent,
  furnishHttpChannel,
  furnishProvider,
  furnishTenant,
  type Tenant,
} from "@charla/testkit/charla/furnish";
import type { SourceTree } from "@charla/testkit/charla/tree";
import { Integrator } from "@charla/testkit/integrator/server";
import type { Script } from "@charla/testkit/model/behaviour";
import { ModelServer } from "@charla/testkit/model/server";
import { ToolServer } from "@charla/testkit/tool/server";

import { Thread } from "./thread.ts";

let serial = 0;

/** The whole system in one process with its outside; every test has an agent, a model and a channel of its own. */
export class System {
  readonly charla: CharlaHarness;
  readonly model: ModelServer;
  readonly tools: ToolServer;
  readonly integrator: Integrator;
  readonly tenant: Tenant;
  /** The name under which vendors know it. */
  publicUrl = "http://localhost:8787";
  readonly #provider: string;

  private constructor(
    charla: CharlaHarness,
    outside: { model: ModelServer; tools: ToolServer; integrator: Integrator },
    tenant: Tenant,
    provider: string,
  ) {
    this.charla = charla;
    this.model = outside.model;
    this.tools = outside.tools;
    this.integrator = outside.integrator;
    this.tenant = tenant;
    this.#provider = provider;
  }

  static async start(tree?: SourceTree): Promise<System> {
    const outside = {
      model: await ModelServer.start(),
      tools: await ToolServer.start(),
      integrator: await Integrator.start(),
    };
    const charla = await CharlaHarness.start(tree);
    const tenant = await furnishTenant(charla.platform(), `tests-${++serial}`);
    const provider = await furnishProvider(tenant, outside.model.baseUrl);
    return new System(charla, outside, tenant, provider);
  }

  modelRef(model: string): { provider: string; model: string } {
    return { provider: this.#provider, model };
  }

  /** A thread that talks to an agent whose model follows the script. */
  async thread(script?: Script, wish: AgentWish = {}): Promise<Thread> {
    const model = `model-${++serial}`;
    if (script !== undefined) this.model.script(model, script);
    const agentId = await furnishAgent(this.tenant, { model: this.modelRef(model), ...wish });
    const account = await furnishHttpChannel(this.tenant, this.charla.url, agentId, this.integrator);
    return new Thread({ model: this.model, integrator: this.integrator, url: this.charla.url }, account, model);
  }

  /** What any stand-in found wrong with what it was sent; no test may leave something here. */
  problems(): string[] {
    return [...this.model.problems, ...this.tools.problems, ...this.integrator.problems];
  }

  async stop(): Promise<void> {
    await this.charla.stop();
    await Promise.all([this.model.close(), this.tools.close(), this.integrator.close()]);
  }
}
