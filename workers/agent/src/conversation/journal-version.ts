import { AppError } from "@charla/domain/errors";

/**
 * What rows mean, in two numbers. The log's stands in the head: how any row is to be read. The turn's stands in the row
 * of a turn, left out while it is the first: how its steps are played on. A build that writes a new number must go on
 * reading the old ones, and every head keeps `v`, `id` and `key`. See docs/design/turn.md, "Builds that differ".
 */
type Versions = { writes: number; reads: readonly number[] };

const LOG: Versions = { writes: 1, reads: [1] };
const TURN: Versions = { writes: 1, reads: [1] };
const FIRST = 1;

/** How long a parked conversation waits before it looks whether the build that knows its journal is back. */
export const PARKED_RECHECK_MS = 10_000;

export type Parked = { what: "log" | "turn"; version: number };

/** For the head of a new conversation. */
export const logVersion = LOG.writes;

/** For the body of a new turn. */
export const turnVersion = (): { v?: number } => (TURN.writes === FIRST ? {} : { v: TURN.writes });

const unknown = (what: Parked["what"], { reads }: Versions, version: number): Parked | null =>
  reads.includes(version) ? null : { what, version };

export const unknownLog = (head: { v: number }): Parked | null => unknown("log", LOG, head.v);

export const unknownTurn = (body: { v?: number }): Parked | null => unknown("turn", TURN, body.v ?? FIRST);

export const reasonOf = ({ what, version }: Parked): string =>
  `The ${what} was written in version ${version}, which this build does not know.`;

export const parkedError = (parked: Parked): AppError =>
  new AppError("UNAVAILABLE", reasonOf(parked), {
    publicMessage: {
      es: "Esta conversación espera a otra versión de la plataforma. No se pierde nada; inténtalo más tarde.",
      en: "This conversation waits for another version of the platform. Nothing is lost; try again later.",
    },
    retryAfterMs: PARKED_RECHECK_MS,
  });
