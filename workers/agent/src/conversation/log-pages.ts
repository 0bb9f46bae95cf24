import type { LogRow } from "@charla/domain/log";
import type { LiveFrame } from "@charla/domain/webchat";
import type { Core } from "./core.ts";

const PAGE = 500;
/** Rows change after they were sent: marks of delivery come late, and a turn ends where it began. */
const MAY_HAVE_CHANGED = 200;

type Snapshot = Extract<LiveFrame, { type: "snapshot" }>;

/** A page of the log for an operator, from where one has it. */
export function pageAfter({ started, log }: Core, after: number): Snapshot {
  const rows = started ? log.from(after + 1, PAGE + 1) : [];
  return { v: 1, type: "snapshot", rows: rows.slice(0, PAGE), seq: log.last, after, more: rows.length > PAGE };
}

/** Who has nothing yet begins near the end; `after` tells what was left out. */
export const newestPage = (core: Core): Snapshot => pageAfter(core, Math.max(0, core.log.last - PAGE));

/** What one may have in an old state, who has everything up to `after`. */
export const perhapsChanged = ({ started, log }: Core, after: number): LogRow[] =>
  started
    ? log.from(Math.max(1, after + 1 - MAY_HAVE_CHANGED), MAY_HAVE_CHANGED).filter(({ seq }) => seq <= after)
    : [];
