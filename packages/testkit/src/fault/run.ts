import { Charla } from "../charla/charla.ts";
import { Api } from "../charla/api.ts";
import { furnishHttpAccount, type HttpAccount } from "../charla/furnish.ts";
import type { SourceTree } from "../charla/tree.ts";
import { Integrator } from "../integrator/server.ts";
import { KillOrders } from "../kill-orders.ts";
import { ModelServer } from "../model/server.ts";
import { ToolServer } from "../tool/server.ts";
import { type BuildResult, restartOnChangedBuilds } from "./builds.ts";
import { Gate } from "./gate.ts";
import { type KillPoint, killAtPoints, type PointResult } from "./kill-points.ts";
import { judge, type Verdict } from "./ledger.ts";
import { Random } from "./random.ts";
import { killAtRandom, type RandomKills, REST_LIMIT_MS } from "./random-kills.ts";
import { obliging, Scripts } from "./script.ts";
import type { Stage } from "./stage.ts";
import { toolConfigs } from "./tool-configs.ts";

export type FaultPlan = {
  port: number;
  kills: number;
  conversations: number;
  /** Rounds of every kill point; 0 leaves them out. */
  points: number;
  /** Which points; all of them unless said. */
  at?: readonly KillPoint[];
  /** Restarts onto a changed build in the middle of turns. */
  builds: number;
  seed: number;
  tree?: SourceTree;
  /** Shorter where it is known that nothing will come. */
  patienceMs?: number;
  say?: (text: string) => void;
};

export type FaultReport = {
  plan: Omit<FaultPlan, "tree" | "say">;
  seconds: number;
  random: RandomKills;
  points: PointResult[];
  builds: BuildResult;
  verdict: Verdict;
  problems: string[];
};

const TENANTS = 3;

/** The whole run: kills at random, kills at chosen points, other builds; judged once at the end, from outside. */
export async function runFaults(plan: FaultPlan): Promise<FaultReport> {
  const say = plan.say ?? (() => undefined);
  const began = Date.now();
  const random = new Random(plan.seed);
  const stage = await setStage(plan, random);
  try {
    say(`server up after ${Date.now() - began} ms; killing ${plan.kills} times at random`);
    const killed = await killAtRandom(
      stage,
      { kills: plan.kills, conversations: plan.conversations, rests: Math.max(1, Math.floor(plan.kills / 50)) },
      random,
    );
    say(`points: ${plan.points} rounds of each`);
    const points = await killAtPoints(stage, plan.points, plan.at);
    say(`builds: ${plan.builds}`);
    const builds = await restartOnChangedBuilds(stage, plan.builds);
    const { tree: _tree, say: _say, ...printed } = plan;
    return {
      plan: printed,
      seconds: Math.round((Date.now() - began) / 1000),
      random: killed,
      points,
      builds,
      verdict: judge({
        sent: stage.sent,
        callbacks: stage.integrator.callbacks,
        effects: stage.tools.effects,
        toolRequests: stage.tools.requests,
      }),
      problems: [...stage.model.problems, ...stage.tools.problems, ...stage.integrator.problems],
    };
  } finally {
    await strike(stage);
  }
}

export async function setStage(plan: Pick<FaultPlan, "port" | "tree" | "patienceMs">, random: Random): Promise<Stage> {
  const victim: { charla?: Charla } = {};
  const kills = new KillOrders(() => victim.charla?.killRuntime());
  const gate = new Gate();
  const scripts = new Scripts(obliging(random, { lowMs: 20, highMs: 400 }, gate));
  const model = await ModelServer.start({ kills, keepCalls: false, script: scripts.script });
  const tools = await ToolServer.start({ kills, script: () => ({ delayMs: random.between(10, 200) }) });
  const integrator = await Integrator.start({ kills, reception: () => ({ delayMs: random.between(10, 200) }) });
  const closeAll = async (): Promise<void> => {
    await Promise.all([model.close(), tools.close(), integrator.close()]);
  };
  try {
    const charla = await Charla.start({ port: plan.port, ...(plan.tree ? { tree: plan.tree } : {}) });
    victim.charla = charla;
    const accounts = await furnishAll(charla, { model, tools, integrator });
    return {
      charla,
      model,
      tools,
      integrator,
      kills,
      gate,
      scripts,
      accounts,
      sent: [],
      redeliver: new Map(),
      patienceMs: plan.patienceMs ?? REST_LIMIT_MS + 5_000,
    };
  } catch (error) {
    await victim.charla?.stop();
    await closeAll();
    throw error;
  }
}

async function furnishAll(
  charla: Charla,
  outside: { model: ModelServer; tools: ToolServer; integrator: Integrator },
): Promise<HttpAccount[]> {
  const platform = new Api(charla.url, charla.platformKey);
  const accounts: HttpAccount[] = [];
  for (let index = 0; index < TENANTS; index++) {
    const account = await furnishHttpAccount(platform, charla.url, {
      slug: `fault-${index}`,
      modelBaseUrl: outside.model.baseUrl,
      integrator: outside.integrator,
      agent: { tools: toolConfigs(outside.tools.url), burst: { fragmentMs: 250 } },
    });
    accounts.push(account);
  }
  return accounts;
}

export async function strike(stage: Stage): Promise<void> {
  stage.gate.open();
  await stage.charla.stop();
  await Promise.all([stage.model.close(), stage.tools.close(), stage.integrator.close()]);
}
