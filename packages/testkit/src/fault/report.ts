import { atLeast, atMost, type Line, linesTable, none, percentile, shown } from "../report-lines.ts";
import { leastRests, REST_LIMIT_MS } from "./random-kills.ts";
import type { FaultReport } from "./run.ts";

const REST_P95_MS = 5_000;
const MANY_KILLS = 50;
const OPEN_TURN_SHARE = 0.3;
const OPEN_SEND_SHARE = 0.1;

/** Of a single start a slow moment of the machine is the percentile. */
const rested95 = (restedMs: readonly number[], kills: number): Line => {
  const p95 = percentile(restedMs, 0.95);
  const what = "at rest after the last start, p95";
  return kills < MANY_KILLS ? shown(what, `${p95} ms`) : atMost(what, p95, REST_P95_MS, " ms");
};

/** What the run must show, each with its number; a run that was too easy fails as well. */
export function linesOf(report: FaultReport): Line[] {
  const { verdict, random, points, builds, plan } = report;
  const share = (what: string, count: number, least: number): Line => {
    const value = random.kills === 0 ? 0 : count / random.kills;
    return {
      what,
      value: `${Math.round(value * 100)} %`,
      limit: `≥ ${least * 100} %`,
      ok: plan.kills === 0 || value >= least,
    };
  };
  const floor = floorOf(report);
  const resumed = [...points, builds].flatMap((result) => result.resumedMs);
  return [
    { what: "random kills", value: String(random.kills), limit: `${plan.kills}`, ok: random.kills === plan.kills },
    share("kills that hit an open turn", random.onOpenTurn, OPEN_TURN_SHARE),
    share("kills that hit an open send", random.onOpenSend, OPEN_SEND_SHARE),
    atLeast("messages acknowledged", verdict.acknowledged, floor),
    atLeast("replies delivered", verdict.replies, floor / 2),
    atLeast("take-overs", verdict.takeOvers, plan.kills > 0 ? 1 : 0),
    shown("came again under their key or as documented", verdict.repeated),
    shown("held in doubt, as documented, and shown by the console", verdict.held.length),
    none("lost", verdict.lost),
    none("answered twice", verdict.answeredTwice),
    none("out of order", verdict.outOfOrder),
    none("spoken after a take-over", verdict.spokeOutOfTurn),
    none("tool effects twice", verdict.effectsTwice),
    none("tool calls that never happened", verdict.effectsMissing),
    none("replies to nothing", verdict.unprompted),
    none("stranded", [...random.rests.stranded, ...points.flatMap((point) => point.failures), ...builds.failures]),
    atLeast("conversations open at a last start", random.rests.restedMs.length, leastSamples(report)),
    rested95(random.rests.restedMs, plan.kills),
    atMost("at rest after the last start, most", Math.max(0, ...random.rests.restedMs), REST_LIMIT_MS, " ms"),
    atLeast("conversations open after a kill at a point or a new build", resumed.length, leastResumed(report)),
    atMost("resumed after a kill at a point or a new build, most", Math.max(0, ...resumed), REST_LIMIT_MS, " ms"),
    none("histories, signatures and keys that were wrong", report.problems),
  ];
}

/** A run in which nothing was accepted would hold every promise. */
const floorOf = ({ plan }: FaultReport): number =>
  Math.max(plan.kills * 4, plan.kills > 0 ? plan.conversations : 0) + plan.points * plan.at.length;

/** Where nothing was open, nothing came to rest. */
const leastSamples = ({ plan }: FaultReport): number => (plan.kills > 0 ? leastRests(plan.conversations) : 0);

/** Everything that dies before its answer is complete has to be resumed; a build finds all turns of a round open. */
const leastResumed = ({ plan }: FaultReport): number =>
  plan.points * plan.at.filter(({ moment }) => moment === "arrival").length + plan.builds;

export const passed = (report: FaultReport): boolean => linesOf(report).every(({ ok }) => ok);

export function tableOf(report: FaultReport): string {
  return [
    linesTable(linesOf(report)),
    "",
    pointsTable(report),
    "",
    `seed ${report.plan.seed}, ${report.seconds} s`,
  ].join("\n");
}

function pointsTable({ points, builds }: FaultReport): string {
  const rows = points.map(({ place, moment, channel, rounds, resumedMs, failures }) => ({
    name: `${channel ?? place} ${moment}`,
    rounds,
    resumedMs,
    failures,
  }));
  if (builds.restarts > 0)
    rows.push({ name: "other build", rounds: builds.restarts, resumedMs: builds.resumedMs, failures: builds.failures });
  return rows
    .filter(({ rounds }) => rounds > 0)
    .map(({ name, rounds, resumedMs, failures }) => {
      const times = `resumed p50 ${percentile(resumedMs, 0.5)} ms, most ${Math.max(0, ...resumedMs)} ms`;
      return `  ${name.padEnd(16)} ${rounds} × ${times}${failures.length > 0 ? `, ${failures.length} failed` : ""}`;
    })
    .join("\n");
}
