import { KILL_POINTS } from "./kill-points.ts";
import { REST_LIMIT_MS } from "./random-kills.ts";
import type { FaultReport } from "./run.ts";

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

const REST_P95_MS = 5_000;
const OPEN_TURN_SHARE = 0.3;
const OPEN_SEND_SHARE = 0.1;

type Line = { what: string; value: string; limit: string; ok: boolean };

/** What the run must show, each with its number; a run that was too easy fails as well. */
export function linesOf(report: FaultReport): Line[] {
  const { verdict, random, points, builds, plan } = report;
  const none = (what: string, found: readonly string[]): Line => ({
    what,
    value: found.length === 0 ? "0" : `${found.length}: ${found.slice(0, 4).join("; ")}`,
    limit: "0",
    ok: found.length === 0,
  });
  const share = (what: string, count: number, least: number): Line => {
    const value = random.kills === 0 ? 0 : count / random.kills;
    return {
      what,
      value: `${Math.round(value * 100)} %`,
      limit: `≥ ${least * 100} %`,
      ok: plan.kills === 0 || value >= least,
    };
  };
  const within = (what: string, ms: number, limit: number): Line => ({
    what,
    value: `${ms} ms`,
    limit: `≤ ${limit} ms`,
    ok: ms <= limit,
  });
  const floor = floorOf(report);
  const resumed = [...points, builds].flatMap((result) => result.resumedMs);
  return [
    { what: "random kills", value: String(random.kills), limit: `${plan.kills}`, ok: random.kills === plan.kills },
    share("kills that hit an open turn", random.onOpenTurn, OPEN_TURN_SHARE),
    share("kills that hit an open send", random.onOpenSend, OPEN_SEND_SHARE),
    {
      what: "messages acknowledged",
      value: String(verdict.acknowledged),
      limit: `≥ ${floor}`,
      ok: verdict.acknowledged >= floor,
    },
    {
      what: "replies delivered",
      value: String(verdict.replies),
      limit: `≥ ${floor / 2}`,
      ok: verdict.replies >= floor / 2,
    },
    { what: "callbacks repeated under one id", value: String(verdict.repeatedCallbacks), limit: "any", ok: true },
    none("lost", verdict.lost),
    none("answered twice", verdict.answeredTwice),
    none("out of order", verdict.outOfOrder),
    none("tool effects twice", verdict.effectsTwice),
    none("tool calls that never happened", verdict.effectsMissing),
    none("replies to nothing", verdict.unprompted),
    none("stranded", [...random.rests.stranded, ...points.flatMap((point) => point.failures), ...builds.failures]),
    within("at rest after the last start, p95", percentile(random.rests.restedMs, 0.95), REST_P95_MS),
    within("at rest after the last start, most", Math.max(0, ...random.rests.restedMs), REST_LIMIT_MS),
    within("resumed after a kill at a point or a new build, most", Math.max(0, ...resumed), REST_LIMIT_MS),
    none("histories, signatures and keys that were wrong", report.problems),
  ];
}

/** A run in which nothing was accepted would hold every promise. */
const floorOf = ({ plan }: FaultReport): number =>
  Math.max(plan.kills * 4, plan.kills > 0 ? plan.conversations : 0) + plan.points * (plan.at ?? KILL_POINTS).length;

export const passed = (report: FaultReport): boolean => linesOf(report).every(({ ok }) => ok);

export function tableOf(report: FaultReport): string {
  const lines = linesOf(report);
  const width = Math.max(...lines.map(({ what }) => what.length));
  const rows = lines.map(
    ({ what, value, limit, ok }) => `${ok ? "  ok " : "FAIL "} ${what.padEnd(width)}  ${value}  (${limit})`,
  );
  return [...rows, "", pointsTable(report), "", `seed ${report.plan.seed}, ${report.seconds} s`].join("\n");
}

function pointsTable({ points, builds }: FaultReport): string {
  const rows = points.map(({ place, moment, rounds, resumedMs, failures }) => ({
    name: `${place} ${moment}`,
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
      return `  ${name.padEnd(15)} ${rounds} × ${times}${failures.length > 0 ? `, ${failures.length} failed` : ""}`;
    })
    .join("\n");
}
