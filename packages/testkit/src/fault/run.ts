import { Charla } from "../charla/charla.ts";
import { Api } from "../charla/api.ts";
import { furnishAgent, furnishProvider, furnishTenant } from "../charla/furnish.ts";
import type { SourceTree } from "../charla/tree.ts";
import { KillOrders } from "../kill-orders.ts";
import { ModelServer } from "../model/server.ts";
import { ToolServer } from "../tool/server.ts";
import { type BuildResult, restartOnChangedBuilds } from "./builds.ts";
import { heldAmong } from "./console.ts";
import { Gate } from "./gate.ts";
import { type KillPoint, killAtPoints, killPoints, type PointResult } from "./kill-points.ts";
import { judge, type Verdict } from "./ledger.ts";
import type { ChannelKind, Line, Outside } from "./outside/outside.ts";
import { startOutside } from "./outside/start.ts";
import { Random } from "./random.ts";
import { killAtRandom, type RandomKills, REST_LIMIT_MS, settleDoubts } from "./random-kills.ts";
import { obliging, Scripts } from "./script.ts";
import { openMessages, type Stage } from "./stage.ts";
import { toolConfigs } from "./tool-configs.ts";

export type FaultPlan = {
  port: number;
  /** What people write by; each has at least one account. */
  channels: readonly ChannelKind[];
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
  plan: Omit<FaultPlan, "tree" | "say"> & { at: readonly KillPoint[] };
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
    const at = plan.at ?? killPoints(plan.channels);
    const points = await killAtPoints(stage, plan.points, at);
    say(`builds: ${plan.builds}`);
    const builds = await restartOnChangedBuilds(stage, plan.builds);
    await settleDoubts(stage, killed.rests);
    const { tree: _tree, say: _say, ...printed } = plan;
    return {
      plan: { ...printed, at },
      seconds: Math.round((Date.now() - began) / 1000),
      random: killed,
      points,
      builds,
      verdict: await verdictOf(stage),
      problems: problemsOf(stage),
    };
  } finally {
    await strike(stage);
  }
}

export async function verdictOf(stage: Stage): Promise<Verdict> {
  const { sent, outsides, tools, charla, takeOvers } = stage;
  return judge({
    sent,
    outsides,
    effects: tools.effects,
    toolRequests: tools.requests,
    kills: charla.killedAt,
    takeOvers,
    held: await heldAmong(stage, openMessages(stage)),
  });
}

export const problemsOf = ({ model, tools, outsides, problems }: Stage): string[] => [
  ...model.problems,
  ...tools.problems,
  ...outsides.flatMap((outside) => outside.problems()),
  ...problems,
];

export async function setStage(
  plan: Pick<FaultPlan, "port" | "channels" | "tree" | "patienceMs">,
  random: Random,
): Promise<Stage> {
  const victim: { charla?: Charla } = {};
  const kills = new KillOrders(() => victim.charla?.killRuntime());
  const gate = new Gate();
  const scripts = new Scripts(obliging(random, { lowMs: 20, highMs: 400 }, gate));
  const model = await ModelServer.start({ kills, keepCalls: false, script: scripts.script });
  const tools = await ToolServer.start({ kills, script: () => ({ delayMs: random.between(10, 200) }) });
  const outsides = await Promise.all(plan.channels.map((kind) => startOutside(kind, { kills, random })));
  try {
    const charla = await Charla.start({ port: plan.port, ...(plan.tree ? { tree: plan.tree } : {}) });
    victim.charla = charla;
    return {
      charla,
      model,
      tools,
      outsides,
      kills,
      gate,
      scripts,
      lines: await connectAll(charla, { model, tools, outsides }),
      sent: [],
      redeliver: new Map(),
      takeOvers: [],
      problems: [],
      patienceMs: plan.patienceMs ?? REST_LIMIT_MS + 5_000,
    };
  } catch (error) {
    await victim.charla?.stop();
    await Promise.all([model, tools, ...outsides].map((standIn) => standIn.close()));
    throw error;
  }
}

/** Tenants in turn with the channels, so that none has them all. */
async function connectAll(
  charla: Charla,
  { model, tools, outsides }: { model: ModelServer; tools: ToolServer; outsides: Outside[] },
): Promise<Line[]> {
  const platform = new Api(charla.url, charla.platformKey);
  const lines: Line[] = [];
  for (let index = 0; index < Math.max(TENANTS, outsides.length); index++) {
    const outside = outsides[index % outsides.length];
    if (outside === undefined) throw new Error("no channel to talk by");
    const tenant = await furnishTenant(platform, `fault-${index}`);
    const provider = await furnishProvider(tenant, model.baseUrl);
    const agentId = await furnishAgent(tenant, {
      model: { provider, model: "scripted" },
      tools: toolConfigs(tools.url),
      burst: { fragmentMs: 250 },
    });
    lines.push(await outside.connect(tenant, charla.url, agentId));
  }
  return lines;
}

export async function strike({ gate, charla, model, tools, outsides }: Stage): Promise<void> {
  gate.open();
  await charla.stop();
  await Promise.all([model, tools, ...outsides].map((standIn) => standIn.close()));
}
